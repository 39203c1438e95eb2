// SPDX-License-Identifier: MIT
#include "capture/dxgi/duplication_factory.h"

#include <vector>

#include <gtest/gtest.h>

#include "capture/d3d12/d3d12_source.h"
#include "capture/dxgi/device11.h"
#include "capture/dxgi/dxgi_source.h"

namespace oriel::dxgi_capture {
namespace {

using Outlook = DuplicationFault::Outlook;

// COM's interfaces have no destructor.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// An output that answers as a test says to who wants to duplicate it.
class FakeOutput final : public IDXGIOutput5 {
  public:
    enum class Knows : std::uint8_t { Both, TheOlderCall };

    FakeOutput(Knows knows, HRESULT newer, HRESULT older)
        : knows_(knows), newer_(newer), older_(older) {}

    std::vector<DXGI_FORMAT> formats;  ///< Asked for by the newer call.
    std::uint32_t older_calls = 0;

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
        *object = nullptr;
        if (id == __uuidof(IDXGIOutput5) && knows_ == Knows::Both) {
            *object = static_cast<IDXGIOutput5*>(this);
        } else if (id == __uuidof(IDXGIOutput1)) {
            *object = static_cast<IDXGIOutput1*>(this);
        }
        return *object != nullptr ? S_OK : E_NOINTERFACE;
    }

    HRESULT STDMETHODCALLTYPE DuplicateOutput1(
        IUnknown*, UINT, UINT count, const DXGI_FORMAT* asked, IDXGIOutputDuplication**) override {
        formats.assign(asked, asked + count);
        return newer_;
    }

    HRESULT STDMETHODCALLTYPE DuplicateOutput(IUnknown*, IDXGIOutputDuplication**) override {
        ++older_calls;
        return older_;
    }

    // Lives as long as its test does.
    ULONG STDMETHODCALLTYPE AddRef() override { return 1; }

    ULONG STDMETHODCALLTYPE Release() override { return 1; }

    // Nobody calls these.
    HRESULT STDMETHODCALLTYPE SetPrivateData(REFGUID, UINT, const void*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE SetPrivateDataInterface(REFGUID, const IUnknown*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE GetPrivateData(REFGUID, UINT*, void*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetParent(REFIID, void**) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetDesc(DXGI_OUTPUT_DESC*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetDisplayModeList(DXGI_FORMAT,
                                                 UINT,
                                                 UINT*,
                                                 DXGI_MODE_DESC*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE FindClosestMatchingMode(const DXGI_MODE_DESC*,
                                                      DXGI_MODE_DESC*,
                                                      IUnknown*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE WaitForVBlank() override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE TakeOwnership(IUnknown*, BOOL) override { return E_NOTIMPL; }

    void STDMETHODCALLTYPE ReleaseOwnership() override {}

    HRESULT STDMETHODCALLTYPE
    GetGammaControlCapabilities(DXGI_GAMMA_CONTROL_CAPABILITIES*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE SetGammaControl(const DXGI_GAMMA_CONTROL*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE GetGammaControl(DXGI_GAMMA_CONTROL*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE SetDisplaySurface(IDXGISurface*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetDisplaySurfaceData(IDXGISurface*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetFrameStatistics(DXGI_FRAME_STATISTICS*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE GetDisplayModeList1(DXGI_FORMAT,
                                                  UINT,
                                                  UINT*,
                                                  DXGI_MODE_DESC1*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE FindClosestMatchingMode1(const DXGI_MODE_DESC1*,
                                                       DXGI_MODE_DESC1*,
                                                       IUnknown*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE GetDisplaySurfaceData1(IDXGIResource*) override { return E_NOTIMPL; }

    BOOL STDMETHODCALLTYPE SupportsOverlays() override { return FALSE; }

    HRESULT STDMETHODCALLTYPE CheckOverlaySupport(DXGI_FORMAT, IUnknown*, UINT*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE CheckOverlayColorSpaceSupport(DXGI_FORMAT,
                                                            DXGI_COLOR_SPACE_TYPE,
                                                            IUnknown*,
                                                            UINT*) override {
        return E_NOTIMPL;
    }

  private:
    const Knows knows_;
    const HRESULT newer_;
    const HRESULT older_;
};

class DuplicateTest : public testing::Test {
  protected:
    void SetUp() override { device_ = open_device11(nullptr).value(); }

    ComPtr<ID3D11Device> device_;
};

TEST_F(DuplicateTest, AsksForAllFormatsThatARegionCarries) {
    FakeOutput output(FakeOutput::Knows::Both, S_OK, E_FAIL);

    EXPECT_TRUE(duplicate(output, *device_.Get()));

    EXPECT_EQ(output.formats,
              (std::vector{DXGI_FORMAT_R16G16B16A16_FLOAT,
                           DXGI_FORMAT_R10G10B10A2_UNORM,
                           DXGI_FORMAT_B8G8R8A8_UNORM,
                           DXGI_FORMAT_R8G8B8A8_UNORM}));
    EXPECT_EQ(output.older_calls, 0);
}

TEST_F(DuplicateTest, TakesTheOlderCallWhereTheNewerOneIsNotThere) {
    FakeOutput output(FakeOutput::Knows::TheOlderCall, E_FAIL, S_OK);

    EXPECT_TRUE(duplicate(output, *device_.Get()));

    EXPECT_EQ(output.older_calls, 1);
}

TEST_F(DuplicateTest, TakesTheOlderCallWhereTheNewerOneIsNotSupported) {
    FakeOutput output(FakeOutput::Knows::Both, DXGI_ERROR_UNSUPPORTED, S_OK);

    EXPECT_TRUE(duplicate(output, *device_.Get()));
}

TEST_F(DuplicateTest, DoesNotAskTwiceForADesktopThatIsNotOurs) {
    FakeOutput output(FakeOutput::Knows::Both, E_ACCESSDENIED, S_OK);

    const auto duplicated = duplicate(output, *device_.Get());

    ASSERT_FALSE(duplicated);
    EXPECT_EQ(duplicated.error().outlook, Outlook::Passes);
    EXPECT_EQ(output.older_calls, 0);
}

TEST(OutlookOf, TellsWhatPassesFromWhatStays) {
    EXPECT_EQ(outlook_of(DXGI_ERROR_ACCESS_LOST), Outlook::Passes);
    EXPECT_EQ(outlook_of(DXGI_ERROR_SESSION_DISCONNECTED), Outlook::Passes);
    EXPECT_EQ(outlook_of(DXGI_ERROR_NOT_CURRENTLY_AVAILABLE), Outlook::MayPass);
    EXPECT_EQ(outlook_of(DXGI_ERROR_DEVICE_REMOVED), Outlook::Stays);
    EXPECT_EQ(outlook_of(E_NOTIMPL), Outlook::Stays);
}

/// What the product does with Wine's own outputs, which cannot be duplicated.
TEST(OpenDxgiSource, SaysThatThisSystemDuplicatesNothing) {
    const auto opened = open_dxgi_source({});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message,
              "cannot duplicate the screen: the system does not have it (0x80004001)");
}

TEST(OpenDxgiSource, NamesTheScreensThatThereAre) {
    const auto opened = open_dxgi_source({.output = "9"});

    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("DISPLAY1"), std::string::npos) << opened.error().message;
}

TEST(OpenD3d12Source, SaysThatThisSystemSharesNoFence) {
    const auto opened = open_d3d12_source({});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message,
              "cannot share a fence between Direct3D 11 and 12: the system has no such interface "
              "(0x80004002)");
}

}  // namespace
}  // namespace oriel::dxgi_capture

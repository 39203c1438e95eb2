# SPDX-License-Identifier: MIT
# A short name for each thing one does here. CMakePresets.json says what the builds are.
SECONDS ?= 60
PREFIX ?= /usr/local

.PHONY: help demo test test-all test-wine test-debian-13 test-debian-sid bench fuzz asan tsan clang lint \
    install package package-windows clean programs

help:
	@echo 'make demo      build Oriel, boot a virtual machine and watch it in a window (30 s)'
	@echo '               DEMO_ARGS="--seconds 5 --headless": see build/demo/bin/oriel demo --help'
	@echo 'make test      build and run the tests'
	@echo 'make test-all  those that take long too, and each fuzzer for SECONDS=60'
	@echo 'make test-wine build the Windows agent and test it under Wine'
	@echo 'make test-debian-13  those with a Wayland compositor, one of Debian 13 (as root; takes 1.5 GiB)'
	@echo 'make test-debian-sid  the same with one of Debian unstable'
	@echo 'make bench     measure it on this machine; BENCH_ARGS="relay-4k --json" picks'
	@echo 'make install   PREFIX=/usr/local DESTDIR='
	@echo 'make package   .deb and .rpm of host and guest, in build/package/packages'
	@echo 'make package-windows  the installer of the Windows agent, in build/windows/packages (signed where'
	@echo '               ORIEL_SIGN_CERTIFICATE is set: docs/packages.md)'
	@echo 'For working on it (CONTRIBUTING.md):'
	@echo 'make asan      the tests under AddressSanitizer and UBSan'
	@echo 'make tsan      those with several threads under ThreadSanitizer'
	@echo 'make clang     the tests built with clang'
	@echo 'make fuzz      SECONDS=60 for each fuzzer'
	@echo 'make lint      formatting, rules of the tree, clang-tidy'
	@echo 'make clean     remove build/'

programs:
	@packaging/install-dependencies --demo
	@cmake --preset demo >/dev/null
	@cmake --build --preset demo

demo: programs
	@build/demo/bin/oriel demo $(DEMO_ARGS)

test:
	@packaging/install-dependencies --test
	@packaging/fetch-guest-kernel >/dev/null || echo 'The tests in a virtual machine are skipped.'
	@cmake/run-tests dev

test-all:
	@packaging/install-dependencies --all
	@packaging/fetch-guest-kernel >/dev/null || echo 'The tests in a virtual machine are skipped.'
	@cmake/sum 'cmake/run-tests dev' 'cmake/run-tests dev long' 'cmake/run-fuzzers $(SECONDS)'

test-wine:
	@packaging/install-dependencies --windows
	@cmake/sum 'cmake/run-tests windows' 'cmake/run-tests dev wine'

test-debian-13:
	@packaging/install-dependencies --all
	@root=$$(tests/wayland/make-compositor-root trixie) && ORIEL_COMPOSITOR_ROOT=$$root cmake/run-tests dev compositor

test-debian-sid:
	@packaging/install-dependencies --all
	@root=$$(tests/wayland/make-compositor-root sid) && ORIEL_COMPOSITOR_ROOT=$$root cmake/run-tests dev compositor

bench:
	@packaging/install-dependencies --test
	@cmake --preset release >/dev/null
	@cmake --build --preset release --target oriel oriel-guest benches
	@build/release/bin/oriel bench $(BENCH_ARGS)

asan tsan:
	@packaging/install-dependencies --test
	@cmake/run-tests $@

clang:
	@packaging/install-dependencies --all
	@cmake/run-tests clang

fuzz:
	@packaging/install-dependencies --all
	@cmake/run-fuzzers $(SECONDS)

lint:
	@packaging/install-dependencies --all
	@cmake/lint

package:
	@packaging/install-dependencies --package
	@cmake --preset package >/dev/null
	@cmake --build --preset package
	@cd build/package && cpack && ls -l packages/*.deb packages/*.rpm

package-windows:
	@packaging/install-dependencies --windows
	@cmake --preset windows >/dev/null
	@cmake --build --preset windows --target package_windows
	@ls -l build/windows/packages/*.exe

install: programs
	@DESTDIR="$(DESTDIR)" cmake --install build/demo --prefix "$(PREFIX)"

clean:
	rm -rf build

// SPDX-License-Identifier: MIT
/* A stand-in for the ivshmem driver of virtio-win, for tests under Wine: the same interface, codes,
 * buffer sizes and errors, over files in place of PCI devices. Its service's key names them:
 * Parameters\0, 1, ... are paths as "\??\Z:\dev\shm\NAME". A file "NAME.bell" beside one, where
 * there is any, makes the device one with a doorbell (ivshmem_stand_in.h).
 *
 * Wine calls a driver's functions on one thread; the thread that watches the bells is the other. */

#include "ivshmem_stand_in.h"

#include <ddk/ntifs.h>

#define MOST_DEVICES 8
#define MOST_EVENTS 32
#define PATH_LENGTH 260
#define WATCH_EVERY_MS 2

#define IVSHMEM_CODE(number) CTL_CODE(FILE_DEVICE_UNKNOWN, number, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define REQUEST_PEERID IVSHMEM_CODE(0x800)
#define REQUEST_SIZE IVSHMEM_CODE(0x801)
#define REQUEST_MMAP IVSHMEM_CODE(0x802)
#define RELEASE_MMAP IVSHMEM_CODE(0x803)
#define RING_DOORBELL IVSHMEM_CODE(0x804)
#define REGISTER_EVENT IVSHMEM_CODE(0x805)

struct Mapping {
    USHORT peer;
    ULONGLONG size;
    PVOID address;
    USHORT vectors;
};

struct Ring {
    USHORT peer;
    USHORT vector;
};

struct EventRequest {
    USHORT vector;
    HANDLE event;
    BOOLEAN is_single;
};

struct Event {
    HANDLE handle; /* Ours; null: a free place. */
    PFILE_OBJECT owner;
    USHORT vector;
    BOOLEAN is_single;
};

struct Device {
    HANDLE section;
    ULONGLONG size;
    volatile struct StandInBell* bell; /* Null: a device without a doorbell. */
    PVOID address;                     /* In the owner's process; null: nobody maps it. */
    PFILE_OBJECT owner;
    HANDLE owner_process;
    FAST_MUTEX events_mutex;
    struct Event events[MOST_EVENTS];
    ULONG heard[STAND_IN_VECTORS];
    UNICODE_STRING link;
    WCHAR link_text[PATH_LENGTH];
};

static DRIVER_OBJECT* the_driver;
static HANDLE watcher;
static volatile LONG watcher_is_to_end;

static void append_digits(WCHAR* text, ULONG number) {
    ULONG place = 0;
    while (text[place] != 0) {
        ++place;
    }
    for (ULONG unit = 1000; unit > 0; unit /= 10) {
        text[place++] = (WCHAR)(L'0' + number / unit % 10);
    }
    text[place] = 0;
}

static NTSTATUS open_section(const WCHAR* path, HANDLE* section, ULONGLONG* size) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, path);
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    IO_STATUS_BLOCK io;
    HANDLE file = NULL;
    NTSTATUS status = ZwCreateFile(&file,
                                   GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE,
                                   &attributes,
                                   &io,
                                   NULL,
                                   0,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                   FILE_OPEN,
                                   FILE_SYNCHRONOUS_IO_NONALERT,
                                   NULL,
                                   0);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    FILE_STANDARD_INFORMATION information;
    status = ZwQueryInformationFile(
        file, &io, &information, sizeof information, FileStandardInformation);
    if (status == STATUS_SUCCESS) {
        *size = (ULONGLONG)information.EndOfFile.QuadPart;
        status = ZwCreateSection(
            section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READWRITE, SEC_COMMIT, file);
    }
    ZwClose(file);
    return status;
}

static NTSTATUS map_section(HANDLE section, HANDLE process, PVOID* address) {
    LARGE_INTEGER offset;
    offset.QuadPart = 0;
    SIZE_T size = 0;
    *address = NULL;
    return ZwMapViewOfSection(
        section, process, address, 0, 0, &offset, &size, ViewUnmap, 0, PAGE_READWRITE);
}

static HANDLE open_caller(void) {
    CLIENT_ID client;
    client.UniqueProcess = PsGetCurrentProcessId();
    client.UniqueThread = NULL;
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    HANDLE process = NULL;
    return ZwOpenProcess(&process, PROCESS_ALL_ACCESS, &attributes, &client) == STATUS_SUCCESS
               ? process
               : NULL;
}

static void show_mapping(struct Device* device, ULONG cache_mode) {
    if (device->bell != NULL) {
        device->bell->cache_mode = cache_mode;
    }
}

static void unmap(struct Device* device) {
    if (device->address != NULL) {
        ZwUnmapViewOfSection(device->owner_process, device->address);
        ZwClose(device->owner_process);
        device->address = NULL;
        device->owner = NULL;
        show_mapping(device, STAND_IN_NOT_MAPPED);
    }
}

static void drop_event(struct Device* device, struct Event* event) {
    ZwClose(event->handle);
    event->handle = NULL;
    --device->bell->events;
}

static void drop_events_of(struct Device* device, PFILE_OBJECT owner) {
    ExAcquireFastMutex(&device->events_mutex);
    for (ULONG i = 0; i < MOST_EVENTS; ++i) {
        struct Event* event = &device->events[i];
        if (event->handle != NULL && (owner == NULL || event->owner == owner)) {
            drop_event(device, event);
        }
    }
    ExReleaseFastMutex(&device->events_mutex);
}

static void interrupt(struct Device* device, ULONG vector) {
    ExAcquireFastMutex(&device->events_mutex);
    for (ULONG i = 0; i < MOST_EVENTS; ++i) {
        struct Event* event = &device->events[i];
        if (event->handle != NULL && event->vector == vector) {
            ZwSetEvent(event->handle, NULL);
            if (event->is_single) {
                drop_event(device, event);
            }
        }
    }
    ExReleaseFastMutex(&device->events_mutex);
}

static void NTAPI watch(PVOID unused) {
    (void)unused;
    LARGE_INTEGER pause;
    pause.QuadPart = -WATCH_EVERY_MS * 10000;
    while (!watcher_is_to_end) {
        for (PDEVICE_OBJECT o = the_driver->DeviceObject; o != NULL; o = o->NextDevice) {
            struct Device* device = o->DeviceExtension;
            for (ULONG vector = 0; device->bell != NULL && vector < STAND_IN_VECTORS; ++vector) {
                const ULONG wanted = device->bell->wanted[vector];
                if (wanted != device->heard[vector]) {
                    device->heard[vector] = wanted;
                    interrupt(device, vector);
                }
            }
        }
        KeDelayExecutionThread(KernelMode, FALSE, &pause);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

/* ---- one function a request: what it answers is in `buffer`, as long as `*written` says. ---- */

static NTSTATUS request_mapping(struct Device* device,
                                PFILE_OBJECT file,
                                ULONG in,
                                ULONG out,
                                void* buffer,
                                ULONG_PTR* written) {
    if (device->address != NULL) {
        return STATUS_DEVICE_ALREADY_ATTACHED;
    }
    if (in != sizeof(UCHAR)) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    const UCHAR cache_mode = *(const UCHAR*)buffer;
    if (cache_mode > 2) {
        return STATUS_INVALID_PARAMETER;
    }
    if (out != sizeof(struct Mapping)) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    HANDLE process = open_caller();
    if (process == NULL) {
        return STATUS_DRIVER_INTERNAL_ERROR;
    }
    PVOID address = NULL;
    if (map_section(device->section, process, &address) != STATUS_SUCCESS) {
        ZwClose(process);
        return STATUS_DRIVER_INTERNAL_ERROR;
    }
    device->address = address;
    device->owner = file;
    device->owner_process = process;
    show_mapping(device, cache_mode);
    struct Mapping* mapping = buffer;
    RtlZeroMemory(mapping, sizeof *mapping);
    mapping->peer = (USHORT)(device->bell != NULL ? device->bell->position : 0);
    mapping->size = device->size;
    mapping->address = address;
    mapping->vectors = (USHORT)(device->bell != NULL ? device->bell->vectors : 0);
    *written = sizeof *mapping;
    return STATUS_SUCCESS;
}

static NTSTATUS release_mapping(struct Device* device, PFILE_OBJECT file) {
    if (device->address == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (device->owner != file) {
        return STATUS_INVALID_HANDLE;
    }
    unmap(device);
    return STATUS_SUCCESS;
}

static NTSTATUS ring(struct Device* device, PFILE_OBJECT file, ULONG in, const void* buffer) {
    if (device->owner != file) {
        return STATUS_INVALID_HANDLE;
    }
    if (in != sizeof(struct Ring)) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    const struct Ring* wanted = buffer;
    if (device->bell != NULL) {
        volatile uint32_t* count = wanted->peer < STAND_IN_PEERS && wanted->vector == 0
                                       ? &device->bell->rung[wanted->peer]
                                       : &device->bell->rung_elsewhere;
        ++*count;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS keep_event(struct Device* device,
                           PFILE_OBJECT file,
                           const struct EventRequest* wanted) {
    HANDLE process = open_caller();
    HANDLE own = NULL;
    const NTSTATUS status =
        process == NULL
            ? STATUS_INVALID_HANDLE
            : ZwDuplicateObject(
                  process, wanted->event, NtCurrentProcess(), &own, EVENT_ALL_ACCESS, 0, 0);
    if (process != NULL) {
        ZwClose(process);
    }
    if (status != STATUS_SUCCESS || ZwClearEvent(own) != STATUS_SUCCESS) {
        return STATUS_INVALID_HANDLE;
    }
    NTSTATUS result = STATUS_INSUFFICIENT_RESOURCES;
    ExAcquireFastMutex(&device->events_mutex);
    for (ULONG i = 0; i < MOST_EVENTS && result != STATUS_SUCCESS; ++i) {
        struct Event* event = &device->events[i];
        if (event->handle == NULL) {
            event->handle = own;
            event->owner = file;
            event->vector = wanted->vector;
            event->is_single = wanted->is_single;
            ++device->bell->events;
            result = STATUS_SUCCESS;
        }
    }
    ExReleaseFastMutex(&device->events_mutex);
    if (result != STATUS_SUCCESS) {
        ZwClose(own);
    }
    return result;
}

static NTSTATUS register_event(struct Device* device,
                               PFILE_OBJECT file,
                               ULONG in,
                               const void* buffer) {
    if (device->owner != file) {
        return STATUS_INVALID_HANDLE;
    }
    if (in != sizeof(struct EventRequest)) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    /* A plain device keeps it, too, and no interrupt ever comes. */
    return device->bell == NULL ? STATUS_SUCCESS : keep_event(device, file, buffer);
}

static NTSTATUS answer(struct Device* device, PIRP irp, ULONG_PTR* written) {
    const IO_STACK_LOCATION* stack = IoGetCurrentIrpStackLocation(irp);
    const ULONG in = stack->Parameters.DeviceIoControl.InputBufferLength;
    const ULONG out = stack->Parameters.DeviceIoControl.OutputBufferLength;
    void* buffer = irp->AssociatedIrp.SystemBuffer;
    if (device->bell != NULL && device->bell->position < 0) {
        return STATUS_DEVICE_NOT_READY;
    }
    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
    case REQUEST_PEERID:
        if (out != sizeof(USHORT)) {
            return STATUS_INVALID_BUFFER_SIZE;
        }
        *(USHORT*)buffer = (USHORT)(device->bell != NULL ? device->bell->position : 0);
        *written = sizeof(USHORT);
        return STATUS_SUCCESS;
    case REQUEST_SIZE:
        if (out != sizeof(ULONGLONG)) {
            return STATUS_INVALID_BUFFER_SIZE;
        }
        *(ULONGLONG*)buffer = device->size;
        *written = sizeof(ULONGLONG);
        return STATUS_SUCCESS;
    case REQUEST_MMAP:
        return request_mapping(device, stack->FileObject, in, out, buffer, written);
    case RELEASE_MMAP:
        return release_mapping(device, stack->FileObject);
    case RING_DOORBELL:
        return ring(device, stack->FileObject, in, buffer);
    case REGISTER_EVENT:
        return register_event(device, stack->FileObject, in, buffer);
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR written) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = written;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS NTAPI on_control(PDEVICE_OBJECT object, PIRP irp) {
    ULONG_PTR written = 0;
    const NTSTATUS status = answer(object->DeviceExtension, irp, &written);
    return complete(irp, status, written);
}

static NTSTATUS NTAPI on_open(PDEVICE_OBJECT object, PIRP irp) {
    (void)object;
    return complete(irp, STATUS_SUCCESS, 0);
}

/* A handle's end, its process's end included. */
static NTSTATUS NTAPI on_close(PDEVICE_OBJECT object, PIRP irp) {
    struct Device* device = object->DeviceExtension;
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(irp)->FileObject;
    drop_events_of(device, file);
    if (device->owner == file) {
        unmap(device);
    }
    return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS open_bell(struct Device* device, const WCHAR* path) {
    WCHAR name[PATH_LENGTH + 8];
    ULONG length = 0;
    while (path[length] != 0) {
        name[length] = path[length];
        ++length;
    }
    static const WCHAR ending[] = L".bell";
    RtlCopyMemory(name + length, ending, sizeof ending);
    HANDLE section = NULL;
    ULONGLONG size = 0;
    NTSTATUS status = open_section(name, &section, &size);
    if (status != STATUS_SUCCESS) {
        return status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : status;
    }
    PVOID address = NULL;
    status = size < sizeof(struct StandInBell) ? STATUS_INVALID_BUFFER_SIZE
                                               : map_section(section, NtCurrentProcess(), &address);
    ZwClose(section);
    if (status == STATUS_SUCCESS) {
        device->bell = address;
        device->bell->cache_mode = STAND_IN_NOT_MAPPED;
        for (ULONG vector = 0; vector < STAND_IN_VECTORS; ++vector) {
            device->heard[vector] = device->bell->wanted[vector];
        }
    }
    return status;
}

static NTSTATUS add_device(ULONG number, const WCHAR* path) {
    WCHAR name_text[PATH_LENGTH] = L"\\Device\\IvshmemStandIn";
    append_digits(name_text, number);
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, name_text);
    PDEVICE_OBJECT object = NULL;
    NTSTATUS status = IoCreateDevice(
        the_driver, sizeof(struct Device), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &object);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    struct Device* device = object->DeviceExtension;
    RtlZeroMemory(device, sizeof *device);
    ExInitializeFastMutex(&device->events_mutex);
    static const WCHAR start[] = L"\\??\\ROOT#IVSHMEM#";
    static const WCHAR end[] = L"#{df576976-569d-4672-95a0-f57e4ea0b210}";
    RtlCopyMemory(device->link_text, start, sizeof start);
    append_digits(device->link_text, number);
    RtlCopyMemory(device->link_text + sizeof start / sizeof(WCHAR) - 1 + 4, end, sizeof end);
    RtlInitUnicodeString(&device->link, device->link_text);

    status = open_section(path, &device->section, &device->size);
    if (status == STATUS_SUCCESS) {
        status = open_bell(device, path);
    }
    if (status == STATUS_SUCCESS) {
        status = IoCreateSymbolicLink(&device->link, &name);
    }
    object->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return status;
}

/* The path of device `number`; false: there is none. */
static BOOLEAN read_path(HANDLE key, ULONG number, WCHAR* path) {
    WCHAR value_text[2] = {(WCHAR)(L'0' + number), 0};
    UNICODE_STRING value;
    RtlInitUnicodeString(&value, value_text);

    union {
        KEY_VALUE_PARTIAL_INFORMATION information;
        UCHAR bytes[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + PATH_LENGTH * sizeof(WCHAR)];
    } answer_room;

    ULONG length = 0;
    if (ZwQueryValueKey(key,
                        &value,
                        KeyValuePartialInformation,
                        &answer_room,
                        sizeof answer_room - sizeof(WCHAR),
                        &length) != STATUS_SUCCESS ||
        answer_room.information.Type != REG_SZ) {
        return FALSE;
    }
    const ULONG bytes = answer_room.information.DataLength;
    if (bytes >= PATH_LENGTH * sizeof(WCHAR)) {
        return FALSE;
    }
    RtlCopyMemory(path, answer_room.information.Data, bytes);
    path[bytes / sizeof(WCHAR)] = 0;
    return TRUE;
}

static NTSTATUS add_devices(PUNICODE_STRING service) {
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, service, OBJ_CASE_INSENSITIVE, NULL, NULL);
    HANDLE service_key = NULL;
    NTSTATUS status = ZwOpenKey(&service_key, KEY_READ, &attributes);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, L"Parameters");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, service_key, NULL);
    HANDLE key = NULL;
    status = ZwOpenKey(&key, KEY_READ, &attributes);
    ZwClose(service_key);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    WCHAR path[PATH_LENGTH];
    for (ULONG i = 0; i < MOST_DEVICES && status == STATUS_SUCCESS && read_path(key, i, path);
         ++i) {
        status = add_device(i, path);
    }
    ZwClose(key);
    return status;
}

static void NTAPI unload(PDRIVER_OBJECT driver) {
    watcher_is_to_end = 1;
    if (watcher != NULL) {
        ZwWaitForSingleObject(watcher, FALSE, NULL);
        ZwClose(watcher);
    }
    while (driver->DeviceObject != NULL) {
        struct Device* device = driver->DeviceObject->DeviceExtension;
        drop_events_of(device, NULL);
        unmap(device);
        if (device->bell != NULL) {
            ZwUnmapViewOfSection(NtCurrentProcess(), (PVOID)device->bell);
        }
        if (device->section != NULL) {
            ZwClose(device->section);
        }
        IoDeleteSymbolicLink(&device->link);
        IoDeleteDevice(driver->DeviceObject);
    }
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service) {
    the_driver = driver;
    driver->MajorFunction[IRP_MJ_CREATE] = on_open;
    driver->MajorFunction[IRP_MJ_CLEANUP] = on_open;
    driver->MajorFunction[IRP_MJ_CLOSE] = on_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = on_control;
    driver->DriverUnload = unload;
    NTSTATUS status = add_devices(service);
    if (status == STATUS_SUCCESS) {
        status = PsCreateSystemThread(&watcher, THREAD_ALL_ACCESS, NULL, NULL, NULL, watch, NULL);
    }
    if (status != STATUS_SUCCESS) {
        unload(driver);
    }
    return status;
}

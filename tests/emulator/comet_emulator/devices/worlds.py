"""What made-up devices hold: files, databases, virtual machines, disks, mailboxes. Plain data, the same every day.

Sizes are in bytes unless named otherwise. Structures are named in brackets; members left out have their zero value.
"""

from __future__ import annotations

from typing import Any

MIB, GIB = 1 << 20, 1 << 30

PLATFORMS: dict[str, dict[str, Any]] = {
    "windows": {
        "version": "10.0",
        "distribution": "Windows 11 Pro",
        "build": "22631",
        "os": "windows",
        "arch": "amd64",
    },
    "server": {
        "version": "10.0",
        "distribution": "Windows Server 2022 Standard",
        "build": "20348",
        "os": "windows",
        "arch": "amd64",
    },
    "macos": {"version": "14.6", "distribution": "macOS", "build": "23G80", "os": "darwin", "arch": "arm64"},
    "linux": {"version": "12", "distribution": "Debian GNU/Linux", "build": "6.1.0", "os": "linux", "arch": "amd64"},
}
"""``OSInfo`` of made-up devices by a short name."""

IMPORTS = {"windows-server-backup": "Windows Server Backup", "file-history": "File History"}
"""Other backup software on Windows, by the id under which it can be imported."""

# Files: a directory is a dictionary, a file its size

_DOCUMENTS = {
    "Budget 2025.xlsx": 184_320,
    "Letter.docx": 36_864,
    "Photos": {"beach.jpg": 3 * MIB, "garden.jpg": 2 * MIB},
    "Invoices": {"2025-001.pdf": 92_160, "2025-002.pdf": 88_064},
}

WINDOWS_FILES: dict[str, Any] = {
    "C:\\": {
        "ProgramData": {"backup-tool": {"config.dat": 4_096}},
        "Users": {"Public": {"Documents": {"readme.txt": 1_204}}, "user": {"Documents": _DOCUMENTS, "Desktop": {}}},
        "Windows": {"win.ini": 92},
    },
    "D:\\": {"Data": {"customers.db": 640 * MIB, "archive.zip": 2 * GIB}},
}

UNIX_FILES: dict[str, Any] = {
    "/": {
        "etc": {"fstab": 612, "hosts": 221},
        "home": {"user": {"Documents": _DOCUMENTS, ".profile": 807}},
        "srv": {"data": {"customers.db": 640 * MIB, "archive.tar.gz": 2 * GIB}},
    },
}

_VM_FILES = {
    "app-server": {"app-server.config": 8_192, "disk0.vhdx": 64 * GIB},
    "db-server": {"db-server.config": 8_192, "disk0.vhdx": 120 * GIB, "disk1.vhdx": 500 * GIB},
}
_MAILBOX = {
    "Inbox": {"Welcome": 12_288, "Your invoice": 98_304},
    "Sent Items": {"Re: Your invoice": 14_336},
}

STORED: dict[str, dict[str, Any]] = {
    "engine1/exchangeedb": {"Mailbox Database 1": {"Mailbox Database 1.edb": 42 * GIB}},
    "engine1/hyperv": _VM_FILES,
    "engine1/mongodb": {"shop.archive": 310 * MIB, "logs.archive": 45 * MIB},
    "engine1/mssql": {"MSSQLSERVER": {"shop.bak": 8 * GIB, "accounts.bak": 2 * GIB}},
    "engine1/mysql": {"shop.sql": 900 * MIB, "blog.sql": 40 * MIB},
    "engine1/proxmox": _VM_FILES,
    "engine1/stdout": {"output.bin": 20 * MIB},
    "engine1/systemstate": {"WindowsImageBackup": {"system-state.vhdx": 18 * GIB}},
    "engine1/vmware": _VM_FILES,
    "engine1/vsswriter": {"Registry Writer": {"SYSTEM": 14 * MIB, "SOFTWARE": 90 * MIB}},
    "engine1/windisk": {"disk0.vhdx": 256 * GIB},
    "engine1/winmsofficemail": {"ada@example.com": _MAILBOX, "ben@example.com": _MAILBOX},
}
"""What a snapshot of a Protected Item holds, by its engine; files are as on the device itself."""

# Databases: what is asked for by name is answered by name

SQL_SERVER = {"MSSQLSERVER/shop": "shop", "MSSQLSERVER/accounts": "accounts", "MSSQLSERVER/master": "master"}
MYSQL = {"shop": "shop", "blog": "blog", "mysql": "mysql"}
MONGODB = {"shop": "shop", "logs": "logs", "admin": "admin"}

EXCHANGE: list[dict[str, Any]] = [  # EDBFileInfo
    {
        "Name": "Mailbox Database 1",
        "Guid": "5f3a9c1e-0b47-4d8e-9a51-7c2b6e80d413",
        "ServerName": "MAIL01",
        "CircularLoggingEnabled": False,
    }
]

# Virtual machines

HYPERV: list[dict[str, Any]] = [  # HyperVMachineInfo
    {
        "ID": "0E6B52C4-9D1F-4C3A-8B77-2A5D91F0C6E1",
        "Name": "app-server",
        "MemoryLimitMB": 8_192,
        "CPUCores": 4,
        "HardDrives": ["D:\\Hyper-V\\app-server\\disk0.vhdx"],
        "Generation": 2,
        "ConfigFilePath": "D:\\Hyper-V\\app-server\\app-server.vmcx",
    },
    {
        "ID": "7C41A8D2-35EB-4F60-A9C8-61B07D2E94F5",
        "Name": "db-server",
        "MemoryLimitMB": 32_768,
        "CPUCores": 8,
        "HardDrives": ["D:\\Hyper-V\\db-server\\disk0.vhdx", "D:\\Hyper-V\\db-server\\disk1.vhdx"],
        "Generation": 2,
        "ConfigFilePath": "D:\\Hyper-V\\db-server\\db-server.vmcx",
    },
]

VMWARE = [{"Name": "app-server"}, {"Name": "db-server"}]  # VMwareMachineInfo
VMWARE_DATACENTERS = [{"Name": "/Main"}, {"Name": "/Remote"}]  # VMwareDatacenterInfo
VMWARE_DATASTORES = [{"Name": "/Main/datastore/ssd-1"}, {"Name": "/Remote/datastore/disk-1"}]  # VMwareDatastoreInfo
VMWARE_HOSTS = [{"Name": "/Main/host/esx-1"}, {"Name": "/Main/host/esx-2"}, {"Name": "/Remote/host/esx-3"}]
VMWARE_NETWORKS = [{"Name": "/Main/network/VM Network"}, {"Name": "/Remote/network/VM Network"}]

PROXMOX_NODES = ["pve-1", "pve-2"]
PROXMOX: list[dict[str, Any]] = [  # PVEVM
    {
        "CPU": "4",
        "Disks": [
            {
                "Device": "scsi0",
                "DeviceNum": 0,
                "StorageID": "local-lvm",
                "Volume": "vm-100-disk-0",
                "Size": 64 * GIB,
                "Format": "raw",
            }
        ],
        "Memory": "8192",
        "Name": "app-server",
        "Node": "pve-1",
        "OSType": "l26",
        "Running": True,
        "Type": "qemu",
        "VMID": "100",
    },
    {
        "CPU": "2",
        "Disks": [{"Device": "rootfs", "StorageID": "local-lvm", "Volume": "vm-101-disk-0", "Size": 8 * GIB}],
        "Memory": "1024",
        "Name": "proxy",
        "Node": "pve-2",
        "OSType": "debian",
        "Type": "lxc",
        "VMID": "101",
    },
]
PROXMOX_STORAGE: list[dict[str, Any]] = [  # PVEStorageName
    {"Name": "local", "Type": "dir", "Content": ["backup", "iso", "vztmpl"]},
    {"Name": "local-lvm", "Type": "lvmthin", "Content": ["images", "rootdir"]},
]

SNAPSHOT_MACHINES: list[dict[str, Any]] = [  # VMInfo
    {
        "ID": machine["ID"],
        "Name": machine["Name"],
        "CPUCores": machine["CPUCores"],
        "RamBytes": machine["MemoryLimitMB"] * MIB,
        "FirmwareType": "efi",
        "ConfigPath": f"{machine['Name']}/{machine['Name']}.config",
        "Disks": [
            {"Path": f"{machine['Name']}/disk{number}.vhdx", "Size": 64 * GIB, "DeviceNum": number}
            for number in range(len(machine["HardDrives"]))
        ],
    }
    for machine in HYPERV
]

# Disks

PARTITIONS: list[dict[str, Any]] = [  # Partition
    {
        "DeviceName": "\\\\.\\PHYSICALDRIVE0\\Partition1",
        "PartitionGuid": "a1d3c5e7-2b4f-4a6c-8e90-1f2e3d4c5b6a",
        "PartitionOffset": MIB,
        "Filesystem": "FAT32",
        "VolumeName": "SYSTEM",
        "VolumeGuid": "\\\\?\\Volume{a1d3c5e7-2b4f-4a6c-8e90-1f2e3d4c5b6a}\\",
        "VolumeSerial": "4E1A-77C0",
        "Size": 100 * MIB,
        "UsedSize": 32 * MIB,
        "BytesPerFilesystemCluster": 1_024,
    },
    {
        "DeviceName": "\\\\.\\PHYSICALDRIVE0\\Partition2",
        "PartitionGuid": "c8f2b6d4-9e13-4d57-b0a8-5e6f7a8b9c0d",
        "PartitionOffset": 101 * MIB,
        "Filesystem": "NTFS",
        "VolumeName": "Windows",
        "VolumeGuid": "\\\\?\\Volume{c8f2b6d4-9e13-4d57-b0a8-5e6f7a8b9c0d}\\",
        "VolumeSerial": "90D2-5B3F",
        "MountPoints": ["C:\\"],
        "Size": 255 * GIB,
        "UsedSize": 118 * GIB,
        "BytesPerFilesystemCluster": 4_096,
    },
]
DISKS: list[dict[str, Any]] = [  # DiskDrive
    {
        "ID": "\\\\.\\PHYSICALDRIVE0",
        "DeviceName": "\\\\.\\PHYSICALDRIVE0",
        "Caption": "Virtual Disk",
        "Model": "Virtual Disk",
        "SerialNumber": "EMU-0001",
        "Size": 256 * GIB,
        "Partitions": PARTITIONS,
        "Cylinders": 33_418,
        "Heads": 255,
        "Sectors": 63,
        "SectorSize": 512,
    }
]
VSS_WRITERS: dict[str, Any] = {  # VSSWriterInfo by writer id
    "{AFBAB4A2-367D-4D15-A586-71DBB18F8485}": {
        "DisplayName": "Registry Writer",
        "Components": [{"Path": "", "Name": "Registry", "CType": "VSS_CT_FILEGROUP", "Selectable": True}],
    },
    "{A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A}": {
        "DisplayName": "SqlServerWriter",
        "Components": [{"Path": "SERVER", "Name": "shop", "CType": "VSS_CT_DATABASE", "Selectable": True}],
    },
}

# Office 365

_ADA = {"GUID": "3b9f6a1c-77d2-4e0b-8c15-90a4d2e6f781", "Name": "Ada Abbott", "Value": "ada@example.com"}
_BEN = {"GUID": "d41e8c0f-2a93-4b76-bd58-6f0c1e7a9532", "Name": "Ben Brandt", "Value": "ben@example.com"}
_TEAM = {"GUID": "e7250b9d-61f8-4c3a-a4d7-18b3c9f05e26", "Name": "Sales", "Value": "sales@example.com"}
_SITE = "example.sharepoint.com,1f0d2c3b-4a59-4867-9786-a5b4c3d2e1f0,6e5d4c3b-2a19-4087-96f5-e4d3c2b1a090"

OFFICE_ACCOUNTS: list[dict[str, Any]] = [  # Office365ObjectInfo
    {**_ADA, "Type": "user"},
    {**_BEN, "Type": "user"},
    {**_TEAM, "Type": "group", "Members": [_ADA["GUID"], _BEN["GUID"]]},
]
OFFICE_SITES: list[dict[str, Any]] = [  # Office365ObjectInfo
    {"GUID": _SITE, "Name": "Intranet", "Type": "site", "Value": "https://example.sharepoint.com/sites/intranet"}
]
OFFICE_VIRTUAL: list[dict[str, Any]] = [  # Office365MixedVirtualAccount; EnabledServiceOption is a sum of SERVICE_
    {
        "id": account["GUID"],
        "DisplayName": account["Name"],
        "Mail": account["Value"],
        "UserPrincipalName": account["Value"],
        "hasLicense": True,
        "EnabledServiceOption": 1 + 2 + 4 + 16,
        "Type": 1,
    }
    for account in (_ADA, _BEN)
] + [
    {
        "id": _TEAM["GUID"],
        "DisplayName": _TEAM["Name"],
        "Mail": _TEAM["Value"],
        "EnabledServiceOption": 1 + 4 + 8,
        "Type": 3,
        "SiteID": _SITE,
        "WebURL": "https://example.sharepoint.com/sites/sales",
        "Members": [_ADA["GUID"], _BEN["GUID"]],
    }
]

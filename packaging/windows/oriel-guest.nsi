; SPDX-License-Identifier: MIT
; The installer of the agent for Windows guests: makensis reads it, called by make-installer, which
; defines VERSION, PROGRAM (the agent), TREE (this repository), OUTPUT, and SIGN where there is a
; certificate.
;
; oriel-guest-setup.exe [/S] [/DRIVER=DIR] [/D=DIR]
;   /S            asks nothing, shows nothing
;   /DRIVER=DIR   installs the ivshmem driver of that folder (ivshmem.inf)
;   /D=DIR        where to; the last option, without quotes
; uninstall.exe [/S] [/KEEPLOGS]
; Exit codes: 0; 1 cancelled; 2 failed. What was done and said is in setup.log, in that folder.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma

!include FileFunc.nsh
!include LogicLib.nsh
!include MUI2.nsh
!include WinVer.nsh

!define TITLE "Oriel guest agent"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\OrielGuest"
; The class of the interface by which programs find the driver's devices.
!define DRIVER_KEY "SYSTEM\CurrentControlSet\Control\DeviceClasses\{df576976-569d-4672-95a0-f57e4ea0b210}"

Name "${TITLE}"
OutFile "${OUTPUT}"
InstallDir "$PROGRAMFILES64\Oriel"
RequestExecutionLevel admin
ManifestDPIAware true
ManifestSupportedOS Win10
ShowInstDetails show
ShowUninstDetails show

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Oriel"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${TITLE}, installer"
VIAddVersionKey "LegalCopyright" "MIT License"

!ifdef SIGN
  !finalize '"${SIGN}" "%1"'
  !uninstfinalize '"${SIGN}" "%1"'
!endif

!define MUI_ICON "${TREE}/packaging/windows/oriel.ico"
!define MUI_UNICON "${TREE}/packaging/windows/oriel.ico"
!define MUI_PAGE_CUSTOMFUNCTION_PRE skip_folder_of_upgrade
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var driver_folder
Var is_upgrade

; Shown, and kept where a silent installation can be asked later.
!macro say TEXT
  DetailPrint `${TEXT}`
  FileOpen $R9 "$INSTDIR\setup.log" a
  FileSeek $R9 0 END
  FileWrite $R9 `${TEXT}$\r$\n`
  FileClose $R9
!macroend
!define say `!insertmacro say`

; What a program said, and its exit code in $0.
!macro run COMMAND
  nsExec::ExecToStack `${COMMAND}`
  Pop $0
  Pop $1
  ${say} `${COMMAND}: $0 $1`
!macroend
!define run `!insertmacro run`

; What ran before goes on running.
!macro fail TEXT
  ${say} `failed: ${TEXT}`
  ${If} $is_upgrade == yes
    ${run} '"$INSTDIR\oriel-guest.exe" service start'
  ${EndIf}
  MessageBox MB_OK|MB_ICONSTOP `${TEXT}` /SD IDOK
  SetErrorLevel 2
  Abort
!macroend
!define fail `!insertmacro fail`

Function .onInit
  SetShellVarContext all
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "Oriel needs Windows 10 or 11." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DRIVER=" $driver_folder
  ; An upgrade goes where the older version is.
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 != ""
    StrCpy $INSTDIR $0
    StrCpy $is_upgrade yes
  ${EndIf}
FunctionEnd

Function skip_folder_of_upgrade
  ${If} $is_upgrade == yes
    Abort
  ${EndIf}
FunctionEnd

Function install_driver
  ${If} $driver_folder != ""
    ${IfNot} ${FileExists} "$driver_folder\ivshmem.inf"
      ${fail} "There is no ivshmem.inf in $driver_folder: name the folder of the driver for this Windows, as in /DRIVER=E:\Win10\amd64"
    ${EndIf}
    ${run} '"$SYSDIR\pnputil.exe" /add-driver "$driver_folder\ivshmem.inf" /install'
    ; 259: there is no device yet that wants it; 3010: after the next start of Windows.
    ${If} $0 != 0
    ${AndIf} $0 != 259
    ${AndIf} $0 != 3010
      ${fail} "Windows does not take the ivshmem driver of $driver_folder: setup.log in $INSTDIR has its words. A driver that is not signed for this Windows is refused."
    ${EndIf}
    Return
  ${EndIf}
  EnumRegKey $0 HKLM "${DRIVER_KEY}" 0
  ${If} $0 != ""
    ${say} "The ivshmem driver is installed."
    Return
  ${EndIf}
  ${say} "No ivshmem driver is installed, so the agent waits. docs\windows-guest.md says where to get it and how to check its signature; then run this installer again with /DRIVER=DIR."
  MessageBox MB_OK|MB_ICONINFORMATION "The agent is installed, and waits: this Windows has no ivshmem driver.$\r$\n$\r$\nwindows-guest.md in $INSTDIR says where to get it and how to check its signature. Then run this installer again with /DRIVER=DIR." /SD IDOK
FunctionEnd

Section
  SetOutPath $INSTDIR
  ${say} "Installing version ${VERSION}"
  ${If} ${FileExists} "$INSTDIR\oriel-guest.exe"
    ; Where it has no service, that is what it says.
    ${run} '"$INSTDIR\oriel-guest.exe" service stop'
  ${EndIf}
  ; A service that says that it has stopped still has to end its process.
  SetOverwrite try
  StrCpy $2 0
  ${Do}
    ClearErrors
    File "/oname=oriel-guest.exe" "${PROGRAM}"
    ${IfNot} ${Errors}
      StrCpy $2 done
      ${Break}
    ${EndIf}
    ${If} $2 = 60
      ${Break}
    ${EndIf}
    IntOp $2 $2 + 1
    Sleep 250
  ${Loop}
  ${If} $2 != done
    ${fail} "$INSTDIR\oriel-guest.exe is in use: end oriel-guest.exe in the Task Manager, and try again."
  ${EndIf}
  SetOverwrite on
  File "${TREE}/docs/windows-guest.md"
  File "/oname=LICENSE.txt" "${TREE}/LICENSE"
  File "/oname=THIRD-PARTY-NOTICES.txt" "${TREE}/THIRD-PARTY-NOTICES"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateDirectory "$SMPROGRAMS\Oriel"
  CreateShortCut "$SMPROGRAMS\Oriel\Oriel doctor.lnk" "$SYSDIR\cmd.exe" '/k ""$INSTDIR\oriel-guest.exe" doctor"' "$INSTDIR\oriel-guest.exe"

  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "Publisher" "The Oriel authors"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\oriel-guest.exe"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" $0

  Call install_driver
  ${run} '"$INSTDIR\oriel-guest.exe" service install'
  ${If} $0 != 0
    ${fail} "The agent's service cannot be installed: $1"
  ${EndIf}
  ${say} "Version ${VERSION} is installed."
SectionEnd

Function un.onInit
  SetShellVarContext all
FunctionEnd

Section Uninstall
  nsExec::ExecToLog '"$INSTDIR\oriel-guest.exe" service uninstall'
  Pop $0
  ; Whoever runs by hand is in the way of the file alone; it goes with the next start of Windows.
  Delete /REBOOTOK "$INSTDIR\oriel-guest.exe"
  Delete "$INSTDIR\windows-guest.md"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY-NOTICES.txt"
  Delete "$INSTDIR\setup.log"
  Delete "$INSTDIR\uninstall.exe"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"

  Delete "$SMPROGRAMS\Oriel\Oriel doctor.lnk"
  RMDir "$SMPROGRAMS\Oriel"
  DeleteRegKey HKLM "${UNINSTALL_KEY}"

  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/KEEPLOGS" $1
  ${If} ${Errors}
    ; $APPDATA of all users: %ProgramData%.
    Delete "$APPDATA\Oriel\guest.log"
    Delete "$APPDATA\Oriel\guest.1.log"
    Delete "$APPDATA\Oriel\guest.2.log"
    RMDir "$APPDATA\Oriel"
  ${EndIf}
SectionEnd

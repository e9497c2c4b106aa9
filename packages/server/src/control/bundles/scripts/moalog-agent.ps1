# Moalog agent: run it, or install it so that it starts with the machine (a scheduled task of SYSTEM that is started again when it ends).
# powershell -ExecutionPolicy Bypass -File moalog-agent.ps1 run|install|start|stop|status|remove
param(
    [Parameter(Mandatory = $true, Position = 0)]
    [ValidateSet('run', 'install', 'start', 'stop', 'status', 'remove')]
    [string]$Action
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Task = 'Moalog agent'
$Target = Join-Path $env:ProgramData 'MoalogAgent'

function Get-Runtime([string]$Directory) {
    $own = Join-Path $Directory 'node.exe'
    if (Test-Path -LiteralPath $own) { return $own }
    $found = Get-Command node -ErrorAction SilentlyContinue
    if ($null -eq $found) { throw 'Node 24 is needed: this bundle brings none for this machine. Install it from https://nodejs.org and try again.' }
    $major = [int](& $found.Source -p 'process.versions.node.split(".")[0]')
    if ($major -lt 24) { throw "Node 24 is needed; $($found.Source) is version $major." }
    return $found.Source
}

function Invoke-Agent([string]$Directory, [string]$Command) {
    $node = Get-Runtime $Directory
    & $node '--max-semi-space-size=1' '--max-old-space-size=64' (Join-Path $Directory 'moalog-agent.mjs') $Command '--config' (Join-Path $Directory 'moalog-agent.yaml')
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

function Assert-Administrator {
    $identity = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
    if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { throw "$Action needs an administrator's PowerShell." }
}

function Install-Agent {
    Assert-Administrator
    New-Item -ItemType Directory -Force -Path $Target | Out-Null
    # The key is for administrators and SYSTEM alone.
    & icacls $Target '/inheritance:r' '/grant:r' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
    if (Get-ScheduledTask -TaskName $Task -ErrorAction SilentlyContinue) { Stop-ScheduledTask -TaskName $Task }
    if ($PSScriptRoot -ne $Target) {
        $before = Join-Path $Target 'moalog-agent.yaml'
        if (Test-Path -LiteralPath $before) { Copy-Item -Force -LiteralPath $before -Destination "$before.before" }
        foreach ($name in 'moalog-agent.mjs', 'moalog-agent.yaml', 'moalog-agent.ps1', 'key', 'node.exe') {
            $file = Join-Path $PSScriptRoot $name
            if (Test-Path -LiteralPath $file) { Copy-Item -Force -LiteralPath $file -Destination $Target }
        }
    }
    Invoke-Agent $Target 'check'
    $node = Get-Runtime $Target
    $arguments = '--max-semi-space-size=1 --max-old-space-size=64 "{0}" run --config "{1}"' -f (Join-Path $Target 'moalog-agent.mjs'), (Join-Path $Target 'moalog-agent.yaml')
    $run = New-ScheduledTaskAction -Execute $node -Argument $arguments -WorkingDirectory $Target
    $when = New-ScheduledTaskTrigger -AtStartup
    $who = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -RunLevel Highest
    $how = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -ExecutionTimeLimit ([TimeSpan]::Zero) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable
    Register-ScheduledTask -Force -TaskName $Task -Action $run -Trigger $when -Principal $who -Settings $how | Out-Null
    Start-ScheduledTask -TaskName $Task
    Write-Output "installed in $Target and started"
}

function Remove-Agent {
    Assert-Administrator
    if (Get-ScheduledTask -TaskName $Task -ErrorAction SilentlyContinue) {
        Stop-ScheduledTask -TaskName $Task
        Unregister-ScheduledTask -TaskName $Task -Confirm:$false
    }
    foreach ($name in 'moalog-agent.mjs', 'moalog-agent.yaml', 'moalog-agent.yaml.before', 'moalog-agent.ps1', 'key', 'node.exe') {
        Remove-Item -Force -ErrorAction SilentlyContinue -LiteralPath (Join-Path $Target $name)
    }
    Write-Output "removed; what was read so far is remembered in $Target\state until you delete that directory"
}

switch ($Action) {
    'run' { Invoke-Agent $PSScriptRoot 'run' }
    'install' { Install-Agent }
    'start' { Assert-Administrator; Start-ScheduledTask -TaskName $Task }
    'stop' { Assert-Administrator; Stop-ScheduledTask -TaskName $Task }
    'status' {
        $installed = Test-Path -LiteralPath (Join-Path $Target 'moalog-agent.yaml')
        Invoke-Agent $(if ($installed) { $Target } else { $PSScriptRoot }) 'status'
    }
    'remove' { Remove-Agent }
}

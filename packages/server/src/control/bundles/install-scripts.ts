/** Both take the address of a link that nobody but the server made; quoted all the same. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const powerShellQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `curl … | sh`: unpacks the bundle and installs it; `sh -s run` unpacks it here and runs it. */
export const installShell = (link: string): string => `#!/bin/sh
set -eu
action=\${1:-install}
if [ "$action" = run ]; then place=$(pwd); else place=$(mktemp -d); fi
curl -fsSL ${shellQuoted(`${link}/bundle.tar.gz`)} | tar -xz -C "$place"
exec "$place/moalog-agent/moalog-agent.sh" "$action"
`;

export const installPowerShell = (link: string): string => `$ErrorActionPreference = 'Stop'
$place = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
New-Item -ItemType Directory -Path $place | Out-Null
Invoke-WebRequest -UseBasicParsing -Uri ${powerShellQuoted(`${link}/bundle.zip`)} -OutFile (Join-Path $place 'bundle.zip')
Expand-Archive -LiteralPath (Join-Path $place 'bundle.zip') -DestinationPath $place
& powershell -ExecutionPolicy Bypass -File (Join-Path $place 'moalog-agent\\moalog-agent.ps1') install
`;

/** The line to paste; null where nothing is installed by a script. */
export function commandOf(link: string, platform: string): string | null {
  if (platform === 'docker' || platform === 'kubernetes') return null;
  if (platform === 'win32-x64') return `irm ${powerShellQuoted(`${link}/install.ps1`)} | iex`;
  return `curl -fsSL ${shellQuoted(`${link}/install.sh`)} | sudo sh`;
}

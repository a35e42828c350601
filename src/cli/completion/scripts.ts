// Holds the output of `creditctl completion`: for each shell, a script that calls the program at every press of Tab.
import type { Shell } from './shell-answer.ts';

const bash = String.raw`# Completion of creditctl for bash.
# For this shell only: source <(creditctl completion bash)
# For good, with the package bash-completion: creditctl completion bash > ~/.local/share/bash-completion/completions/creditctl
_creditctl() {
  local answer directions line
  COMPREPLY=()
  answer=$(command creditctl __complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" "$COMP_TYPE" "$COLUMNS" 2>/dev/null)
  directions="\${answer%%$'\n'*}"
  while IFS= read -r line; do
    [[ -n "$line" ]] && COMPREPLY+=("$line")
  done <<< "\${answer#"$directions"}"
  [[ "$directions" == *nospace* ]] && compopt -o nospace 2>/dev/null
  [[ "$directions" == *files* ]] && compopt -o default 2>/dev/null
  return 0
}
complete -F _creditctl creditctl
`;

const zsh = String.raw`#compdef creditctl
# Completion of creditctl for zsh.
# For this shell only: source <(creditctl completion zsh)
# For good, in a folder of $fpath: creditctl completion zsh > ~/.zfunc/_creditctl
_creditctl() {
  local -a lines values shown more
  local line directions
  lines=("\${(@f)$(COLUMNS=$COLUMNS command creditctl __complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  directions="\${lines[1]}"
  for line in "\${(@)lines[2,-1]}"; do
    [[ -n "$line" ]] || continue
    values+=("\${line%%$'\t'*}")
    shown+=("\${line#*$'\t'}")
  done
  [[ "$directions" == *nospace* ]] && more=(-S '')
  (( $#values )) && compadd -l -V creditctl "\${more[@]}" -d shown -a values
  if [[ "$directions" == *files* ]]; then
    [[ "$PREFIX" == --*=* ]] && compset -P '*='
    _files
  fi
}
if [[ "\${funcstack[1]}" == _creditctl ]]; then
  _creditctl "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _creditctl creditctl
fi
`;

const fish = String.raw`# Completion of creditctl for fish.
# For this shell only: creditctl completion fish | source
# For good: creditctl completion fish > ~/.config/fish/completions/creditctl.fish
function __creditctl_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l lines (command creditctl __complete fish -- $words[2..] "$typed" 2>/dev/null)
    if string match -q '*files*' -- "$lines[1]"
        set -l lead (string match -r -- '^--[^=]+=' "$typed")
        set -l start (string replace -r -- '^--[^=]+=' '' "$typed")
        for file in (__fish_complete_path "$start")
            printf '%s%s\n' "$lead" $file
        end
    end
    printf '%s\n' $lines[2..]
end
complete -c creditctl -f -a '(__creditctl_complete)'
`;

const powershell = String.raw`# Completion of creditctl for PowerShell.
# For this session only: creditctl completion powershell | Out-String | Invoke-Expression
# For good: add that line to the file that $PROFILE names
Register-ArgumentCompleter -Native -CommandName creditctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    $typed = "+" + $wordToComplete.Trim([char]34, [char]39)
    $lines = @(& creditctl __complete powershell -- @before $typed 2>$null)
    foreach ($line in ($lines | Select-Object -Skip 1)) {
        $value, $description = $line -split [string][char]9, 2
        if (-not $value) { continue }
        if (-not $description) { $description = $value }
        $text = if ($value -match '[^\w.:=+/%-]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
    }
}
`;

/** Turns `\${` into the shell's own `${`, which a template would expand. */
const plain = (script: string): string => script.replaceAll('\\${', '${');

export const scripts: Readonly<Record<Shell, string>> = {
  bash: plain(bash),
  zsh: plain(zsh),
  fish: plain(fish),
  powershell,
};

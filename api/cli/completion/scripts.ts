/**
 * What makes a shell ask `wayleave complete -- <words>` for what may come, a line each: the text, a tab, what it means. The
 * word at the cursor is given without the quote it begins with, as filters do.
 */
export const SCRIPTS = {
  // Bash replaces what is behind an open quote, and wants everything else quoted by us.
  bash: `_wayleave() {
  local word=\${COMP_WORDS[COMP_CWORD]} quote= text
  if [[ $word == [\\'\\"]* ]]; then quote=\${word:0:1} word=\${word:1}; fi
  COMPREPLY=()
  while IFS=$'\\t' read -r text _; do
    [[ -n $quote ]] || printf -v text %q "$text"
    COMPREPLY+=("$text")
  done < <("$1" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$word" 2>/dev/null)
  [[ -z $quote ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _wayleave wayleave
`,
  zsh: `#compdef wayleave
_wayleave() {
  local -a texts shown
  local text meaning
  while IFS=$'\\t' read -r text meaning; do
    texts+=("$text")
    shown+=("$text\${meaning:+  -- $meaning}")
  done < <("$words[1]" complete -- "\${(@)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  (( $#texts )) && compadd -l -d shown -a texts || _files
}
compdef _wayleave wayleave
`,
  fish: `function __wayleave_complete
  set -l words (commandline -opc)
  $words[1] complete -- $words[2..-1] (string replace -r '^[\\'"]' '' -- (commandline -ct)) 2>/dev/null
end
complete -c wayleave -a '(__wayleave_complete)'
`,
} as const;

export type Shell = keyof typeof SCRIPTS;

/** Also for bash 3.2 of macOS; needs no package bash-completion. What is typed is handed on as text and never run. */
export const bash = `# bash completion for rockpool: source <(rockpool completion bash)
_rockpool_complete() {
  local line="\${COMP_LINE:0:COMP_POINT}" breaks='' value about also=''
  local word="\${line##*[[:space:]]}" skip=''
  # What bash takes for the end of a word is not repeated in a reply.
  [[ "$COMP_WORDBREAKS" == *:* ]] && breaks=:
  [[ "$COMP_WORDBREAKS" == *=* ]] && breaks="$breaks="
  [[ -n "$breaks" ]] && skip="\${word%"\${word##*["$breaks"]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    case "$value" in
      :*) also="$value" ;;
      *) COMPREPLY+=("\${value#"$skip"}") ;;
    esac
  done < <(rockpool complete --line "$line" 2>/dev/null </dev/null)
  case "$also" in
    :files) compopt -o filenames 2>/dev/null ; set -- -f ;;
    :folders) compopt -o filenames 2>/dev/null ; set -- -d ;;
    *) return 0 ;;
  esac
  # The word as bash took it apart, without its quotes: names of files may have spaces.
  word="\${COMP_WORDS[COMP_CWORD]}"
  [[ "$word" == [=:] ]] && word=''
  word=\${word#[\\"\\']}
  while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen "$1" -- "\${word//\\\\/}")
}
complete -F _rockpool_complete rockpool
`;

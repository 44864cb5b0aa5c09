/** As a file _rockpool in a folder of fpath, or sourced after compinit. */
export const zsh = `#compdef rockpool
# zsh completion for rockpool: source <(rockpool completion zsh), after compinit
_rockpool() {
  local -a lines described
  local line also
  lines=("\${(@f)$(rockpool complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  also=$lines[-1]
  for line in "\${(@)lines[1,-2]}"; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#described )) && _describe -t rockpool rockpool described
  [[ $also == :f* && $PREFIX == --*=* ]] && compset -P '*='
  case $also in
    :files) _files ;;
    :folders) _files -/ ;;
  esac
}
if [[ "\${funcstack[1]}" == _rockpool ]]; then
  _rockpool "$@"
else
  compdef _rockpool rockpool
fi
`;

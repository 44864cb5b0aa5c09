export const fish = `# fish completion for rockpool: rockpool completion fish | source
function __rockpool_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l word (commandline -ct | string unescape)
    set -l lines (command rockpool complete -- $words "$word" 2>/dev/null </dev/null)
    set -q lines[1]; or return
    set -l also $lines[-1]
    set -e lines[-1]
    for line in $lines
        echo $line
    end
    set -l prefix (string match -r -- '^--[^=]*=' "$word")
    set -l value (string replace -r -- '^--[^=]*=' '' "$word")
    switch $also
        case ':files'
            for path in (__fish_complete_path "$value")
                echo "$prefix$path"
            end
        case ':folders'
            for path in (__fish_complete_directories "$value" '')
                echo "$prefix$path"
            end
    end
end
complete -c rockpool -f -a '(__rockpool_complete)'
`;

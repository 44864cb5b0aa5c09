/** PowerShell offers files by itself where there is no answer. */
export const powershell = `# PowerShell completion for rockpool: rockpool completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName rockpool -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $line = $commandAst.ToString().PadRight($length).Substring(0, $length)
    foreach ($entry in @(rockpool complete --line $line 2>$null)) {
        if ($entry.StartsWith(':')) { continue }
        $value, $about = $entry -split "\`t", 2
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
}
`;

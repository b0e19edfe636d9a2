
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kubectl-csr_review' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kubectl-csr_review'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'kubectl-csr_review' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List CSRs with who would log in, who asks, and how dangerous that is')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show everything about CSRs: what decides first')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Review the pending CSRs one by one, riskiest first')
            [CompletionResult]::new('approve', 'approve', [CompletionResultType]::ParameterValue, 'Approve CSRs after showing them: exactly what was reviewed')
            [CompletionResult]::new('deny', 'deny', [CompletionResultType]::ParameterValue, 'Deny CSRs after showing them')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Carry out a plan: the decisions in it, about exactly the CSRs that it describes')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Show pending CSRs as they come, each once, with who would log in and how dangerous that is')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule: what it looks for, why, and what to do')
            [CompletionResult]::new('who-can', 'who-can', [CompletionResultType]::ParameterValue, 'List who could approve, sign or create CSRs, and through which bindings')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Say whether CSRs can be reviewed here, what cannot be checked, and who approves without a person')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Check, test and explain a policy file')
            [CompletionResult]::new('record', 'record', [CompletionResultType]::ParameterValue, 'Read what --record wrote')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-csr_review;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with code 3 if a CSR has at least this risk, is unreviewable, or cannot be read')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--field-selector', '--field-selector', [CompletionResultType]::ParameterName, 'Field selector; the server knows metadata.name and spec.signerName')
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Only CSRs for this signer')
            [CompletionResult]::new('--requestor', '--requestor', [CompletionResultType]::ParameterName, 'Only CSRs that this user asked for')
            [CompletionResult]::new('--min-risk', '--min-risk', [CompletionResultType]::ParameterName, 'Only CSRs with at least this risk')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--no-headers', '--no-headers', [CompletionResultType]::ParameterName, 'Leave the column titles out')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Of those that ask for the same, show only the newest, and how many it supersedes')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every CSR, not only the pending ones')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;show' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--access', '--access', [CompletionResultType]::ParameterName, 'How much is shown of what the identity could do in the cluster')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--field-selector', '--field-selector', [CompletionResultType]::ParameterName, 'Field selector; the server knows metadata.name and spec.signerName')
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Only CSRs for this signer')
            [CompletionResult]::new('--requestor', '--requestor', [CompletionResultType]::ParameterName, 'Only CSRs that this user asked for')
            [CompletionResult]::new('--min-risk', '--min-risk', [CompletionResultType]::ParameterName, 'Only CSRs with at least this risk')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every CSR, not only the pending ones')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;review' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Reason of the conditions: a word for machines')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Message of the conditions: a text for people')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Let this policy approve and deny what it can, and ask about the rest')
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'Write the decisions into a new file, for apply, and send nothing. With -f no cluster is asked')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--field-selector', '--field-selector', [CompletionResultType]::ParameterName, 'Field selector; the server knows metadata.name and spec.signerName')
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Only CSRs for this signer')
            [CompletionResult]::new('--requestor', '--requestor', [CompletionResultType]::ParameterName, 'Only CSRs that this user asked for')
            [CompletionResult]::new('--min-risk', '--min-risk', [CompletionResultType]::ParameterName, 'Only CSRs with at least this risk')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--no-self-approval', '--no-self-approval', [CompletionResultType]::ParameterName, 'Refuse to approve CSRs that you created yourself')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every CSR, not only the pending ones')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;approve' {
            [CompletionResult]::new('--max-risk', '--max-risk', [CompletionResultType]::ParameterName, 'With --yes: the highest risk that passes')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'With --yes: let this rule''s findings pass; may be repeated. A critical one only for a named CSR')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'With --yes: approve what this policy approves, and nothing else')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Decide only if the CSR has this fingerprint; NAME= may be left out for a single CSR')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Reason of the condition: a word for machines')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Message of the condition: a text for people')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Store nothing: "server" lets the server check everything, "client" sends nothing')
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'Write the decisions into a new file, for apply, and send nothing')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the results')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the results')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--field-selector', '--field-selector', [CompletionResultType]::ParameterName, 'Field selector; the server knows metadata.name and spec.signerName')
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Only CSRs for this signer')
            [CompletionResult]::new('--requestor', '--requestor', [CompletionResultType]::ParameterName, 'Only CSRs that this user asked for')
            [CompletionResult]::new('--min-risk', '--min-risk', [CompletionResultType]::ParameterName, 'Only CSRs with at least this risk')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--no-self-approval', '--no-self-approval', [CompletionResultType]::ParameterName, 'Refuse CSRs that you created yourself')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Decide without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Decide without asking')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every CSR, not only the pending ones')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;deny' {
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Decide only if the CSR has this fingerprint; NAME= may be left out for a single CSR')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Reason of the condition: a word for machines')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Message of the condition: a text for people')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Store nothing: "server" lets the server check everything, "client" sends nothing')
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'Write the decisions into a new file, for apply, and send nothing')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the results')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the results')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--field-selector', '--field-selector', [CompletionResultType]::ParameterName, 'Field selector; the server knows metadata.name and spec.signerName')
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Only CSRs for this signer')
            [CompletionResult]::new('--requestor', '--requestor', [CompletionResultType]::ParameterName, 'Only CSRs that this user asked for')
            [CompletionResult]::new('--min-risk', '--min-risk', [CompletionResultType]::ParameterName, 'Only CSRs with at least this risk')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Decide without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Decide without asking')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every CSR, not only the pending ones')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;apply' {
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Store nothing: "server" lets the server check everything, "client" sends nothing')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the results')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the results')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Send without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Send without asking')
            [CompletionResult]::new('--no-self', '--no-self', [CompletionResultType]::ParameterName, 'Refuse a plan that you made yourself')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;watch' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'With --yes: decide what this policy decides, and leave the rest')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Where decisions are made: reason of the conditions, a word for machines')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Where decisions are made: message of the conditions, a text for people')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names')
            [CompletionResult]::new('--metrics', '--metrics', [CompletionResultType]::ParameterName, 'Serve /metrics and /healthz over HTTP there; without a host for this machine alone')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--field-selector', '--field-selector', [CompletionResultType]::ParameterName, 'Field selector; the server knows metadata.name and spec.signerName')
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Only CSRs for this signer')
            [CompletionResult]::new('--requestor', '--requestor', [CompletionResultType]::ParameterName, 'Only CSRs that this user asked for')
            [CompletionResult]::new('--min-risk', '--min-risk', [CompletionResultType]::ParameterName, 'Only CSRs with at least this risk')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--no-headers', '--no-headers', [CompletionResultType]::ParameterName, 'Leave the column titles out')
            [CompletionResult]::new('--bell', '--bell', [CompletionResultType]::ParameterName, 'Ring the terminal''s bell for each new CSR')
            [CompletionResult]::new('--review', '--review', [CompletionResultType]::ParameterName, 'Ask about each CSR that comes, and decide')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Decide without asking, by a policy')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Decide without asking, by a policy')
            [CompletionResult]::new('--no-self-approval', '--no-self-approval', [CompletionResultType]::ParameterName, 'Where decisions are made: refuse to approve CSRs that you created yourself')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every CSR, not only the pending ones')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;explain' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;who-can' {
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Signer to look at; may be repeated. Without it: those of kube-controller-manager that can be asked for, and those that CSRs on the cluster name')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--closure', '--closure', [CompletionResultType]::ParameterName, 'List those too who have half of the right, and those who could get it by one step. Only for approve')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Ask the API server about each of them, and say where it knows better than the bindings. This takes the right to create subjectaccessreviews')
            [CompletionResult]::new('--no-headers', '--no-headers', [CompletionResultType]::ParameterName, 'Leave the column titles out')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;doctor' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;policy' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Read a policy, and say what is odd about it')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Run a policy over CSRs in files that say what is expected of it')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what a policy would make of CSRs on the cluster, rule by rule')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-csr_review;policy;check' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;policy;test' {
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'The time of judging, instead of a minute after the newest CSR')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;policy;explain' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Label selector, such as team=a')
            [CompletionResult]::new('--field-selector', '--field-selector', [CompletionResultType]::ParameterName, 'Field selector; the server knows metadata.name and spec.signerName')
            [CompletionResult]::new('--signer', '--signer', [CompletionResultType]::ParameterName, 'Only CSRs for this signer')
            [CompletionResult]::new('--requestor', '--requestor', [CompletionResultType]::ParameterName, 'Only CSRs that this user asked for')
            [CompletionResult]::new('--min-risk', '--min-risk', [CompletionResultType]::ParameterName, 'Only CSRs with at least this risk')
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs')
            [CompletionResult]::new('--weak-keys', '--weak-keys', [CompletionResultType]::ParameterName, 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every CSR, not only the pending ones')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;policy;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Read a policy, and say what is odd about it')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Run a policy over CSRs in files that say what is expected of it')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what a policy would make of CSRs on the cluster, rule by rule')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-csr_review;policy;help;check' {
            break
        }
        'kubectl-csr_review;policy;help;test' {
            break
        }
        'kubectl-csr_review;policy;help;explain' {
            break
        }
        'kubectl-csr_review;policy;help;help' {
            break
        }
        'kubectl-csr_review;record' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show decisions from a record, each with what came of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-csr_review;record;show' {
            [CompletionResult]::new('--decision', '--decision', [CompletionResultType]::ParameterName, 'Only approvals, or only denials')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only decisions since that time: RFC 3339, a date in UTC, or so long ago, such as 12h or 7d')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only decisions before that time')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--no-headers', '--no-headers', [CompletionResultType]::ParameterName, 'Leave the column titles out')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;record;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show decisions from a record, each with what came of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-csr_review;record;help;show' {
            break
        }
        'kubectl-csr_review;record;help;help' {
            break
        }
        'kubectl-csr_review;completion' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Kubeconfig context to use')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kubeconfig cluster to use')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Kubeconfig user to use')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate; may be repeated')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'URL of the API server')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token to authenticate with')
            [CompletionResult]::new('--client-certificate', '--client-certificate', [CompletionResultType]::ParameterName, 'PEM file of the client certificate')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'PEM file of the client certificate''s key')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'PEM file of the authorities that may have signed the server''s certificate')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name that the server''s certificate must have, if not the server''s own')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many requests may be under way at a time; fewer are while the server says that it has too many')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Accepted and ignored: CSRs have no namespace')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer''s head. No credentials')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate: anyone on the way can read and change everything')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-csr_review;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List CSRs with who would log in, who asks, and how dangerous that is')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show everything about CSRs: what decides first')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Review the pending CSRs one by one, riskiest first')
            [CompletionResult]::new('approve', 'approve', [CompletionResultType]::ParameterValue, 'Approve CSRs after showing them: exactly what was reviewed')
            [CompletionResult]::new('deny', 'deny', [CompletionResultType]::ParameterValue, 'Deny CSRs after showing them')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Carry out a plan: the decisions in it, about exactly the CSRs that it describes')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Show pending CSRs as they come, each once, with who would log in and how dangerous that is')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule: what it looks for, why, and what to do')
            [CompletionResult]::new('who-can', 'who-can', [CompletionResultType]::ParameterValue, 'List who could approve, sign or create CSRs, and through which bindings')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Say whether CSRs can be reviewed here, what cannot be checked, and who approves without a person')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Check, test and explain a policy file')
            [CompletionResult]::new('record', 'record', [CompletionResultType]::ParameterValue, 'Read what --record wrote')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-csr_review;help;list' {
            break
        }
        'kubectl-csr_review;help;show' {
            break
        }
        'kubectl-csr_review;help;review' {
            break
        }
        'kubectl-csr_review;help;approve' {
            break
        }
        'kubectl-csr_review;help;deny' {
            break
        }
        'kubectl-csr_review;help;apply' {
            break
        }
        'kubectl-csr_review;help;watch' {
            break
        }
        'kubectl-csr_review;help;explain' {
            break
        }
        'kubectl-csr_review;help;who-can' {
            break
        }
        'kubectl-csr_review;help;doctor' {
            break
        }
        'kubectl-csr_review;help;policy' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Read a policy, and say what is odd about it')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Run a policy over CSRs in files that say what is expected of it')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what a policy would make of CSRs on the cluster, rule by rule')
            break
        }
        'kubectl-csr_review;help;policy;check' {
            break
        }
        'kubectl-csr_review;help;policy;test' {
            break
        }
        'kubectl-csr_review;help;policy;explain' {
            break
        }
        'kubectl-csr_review;help;record' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show decisions from a record, each with what came of it')
            break
        }
        'kubectl-csr_review;help;record;show' {
            break
        }
        'kubectl-csr_review;help;completion' {
            break
        }
        'kubectl-csr_review;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}

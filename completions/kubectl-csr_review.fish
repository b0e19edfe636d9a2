# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kubectl_csr_review_global_optspecs
    string join \n color= v/verbose kubeconfig= context= cluster= user= as= as-group= as-uid= s/server= token= client-certificate= client-key= certificate-authority= tls-server-name= insecure-skip-tls-verify request-timeout= parallel= n/namespace= h/help V/version
end

function __fish_kubectl_csr_review_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kubectl_csr_review_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kubectl_csr_review_using_subcommand
    set -l cmd (__fish_kubectl_csr_review_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -s V -l version -d 'Print version'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "list" -d 'List CSRs with who would log in, who asks, and how dangerous that is'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "show" -d 'Show everything about CSRs: what decides first'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "review" -d 'Review the pending CSRs one by one, riskiest first'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "approve" -d 'Approve CSRs after showing them: exactly what was reviewed'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "deny" -d 'Deny CSRs after showing them'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "apply" -d 'Carry out a plan: the decisions in it, about exactly the CSRs that it describes'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "watch" -d 'Show pending CSRs as they come, each once, with who would log in and how dangerous that is'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "explain" -d 'Explain a rule: what it looks for, why, and what to do'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "who-can" -d 'List who could approve, sign or create CSRs, and through which bindings'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "doctor" -d 'Say whether CSRs can be reviewed here, what cannot be checked, and who approves without a person'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "policy" -d 'Check, test and explain a policy file'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "record" -d 'Read what --record wrote'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "completion" -d 'Print a completion script for a shell'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns'
wide\t'More columns'
json\t'The documented JSON'
yaml\t'The same as YAML'
name\t'One name a line, for kubectl'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l fail-on -d 'Exit with code 3 if a CSR has at least this risk, is unreviewable, or cannot be read' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s f -l filename -d 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s l -l selector -d 'Label selector, such as team=a' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l field-selector -d 'Field selector; the server knows metadata.name and spec.signerName' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l signer -d 'Only CSRs for this signer' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l requestor -d 'Only CSRs that this user asked for' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l min-risk -d 'Only CSRs with at least this risk' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l no-headers -d 'Leave the column titles out'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l group -d 'Of those that ask for the same, show only the newest, and how many it supersedes'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s R -l recursive -d 'Read the subfolders of directories as well'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l all -d 'Every CSR, not only the pending ones'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s o -l output -d 'Output format' -r -f -a "text\t'For people'
json\t'The documented JSON'
yaml\t'The same as YAML'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l access -d 'How much is shown of what the identity could do in the cluster' -r -f -a "few\t'The few powers that decide'
full\t'Every power'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s f -l filename -d 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s l -l selector -d 'Label selector, such as team=a' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l field-selector -d 'Field selector; the server knows metadata.name and spec.signerName' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l signer -d 'Only CSRs for this signer' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l requestor -d 'Only CSRs that this user asked for' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l min-risk -d 'Only CSRs with at least this risk' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s R -l recursive -d 'Read the subfolders of directories as well'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l all -d 'Every CSR, not only the pending ones'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l reason -d 'Reason of the conditions: a word for machines' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l message -d 'Message of the conditions: a text for people' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l policy -d 'Let this policy approve and deny what it can, and ask about the rest' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l plan -d 'Write the decisions into a new file, for apply, and send nothing. With -f no cluster is asked' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l record -d 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -s f -l filename -d 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -s l -l selector -d 'Label selector, such as team=a' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l field-selector -d 'Field selector; the server knows metadata.name and spec.signerName' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l signer -d 'Only CSRs for this signer' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l requestor -d 'Only CSRs that this user asked for' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l min-risk -d 'Only CSRs with at least this risk' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l no-self-approval -d 'Refuse to approve CSRs that you created yourself'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -s R -l recursive -d 'Read the subfolders of directories as well'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l all -d 'Every CSR, not only the pending ones'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand review" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l max-risk -d 'With --yes: the highest risk that passes' -r -f -a "none\t''
info\t''
low\t''
medium\t''
high\t''"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l accept -d 'With --yes: let this rule\'s findings pass; may be repeated. A critical one only for a named CSR' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l policy -d 'With --yes: approve what this policy approves, and nothing else' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l expect -d 'Decide only if the CSR has this fingerprint; NAME= may be left out for a single CSR' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l reason -d 'Reason of the condition: a word for machines' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l message -d 'Message of the condition: a text for people' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l dry-run -d 'Store nothing: "server" lets the server check everything, "client" sends nothing' -r -f -a "client\t'Nothing is sent'
server\t'Sent, checked by the server in full, and not stored'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l plan -d 'Write the decisions into a new file, for apply, and send nothing' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l record -d 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s o -l output -d 'Output format of the results' -r -f -a "text\t'kubectl\'s lines'
json\t'The documented JSON'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s f -l filename -d 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s l -l selector -d 'Label selector, such as team=a' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l field-selector -d 'Field selector; the server knows metadata.name and spec.signerName' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l signer -d 'Only CSRs for this signer' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l requestor -d 'Only CSRs that this user asked for' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l min-risk -d 'Only CSRs with at least this risk' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l no-self-approval -d 'Refuse CSRs that you created yourself'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s y -l yes -d 'Decide without asking'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s R -l recursive -d 'Read the subfolders of directories as well'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l all -d 'Every CSR, not only the pending ones'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand approve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l expect -d 'Decide only if the CSR has this fingerprint; NAME= may be left out for a single CSR' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l reason -d 'Reason of the condition: a word for machines' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l message -d 'Message of the condition: a text for people' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l dry-run -d 'Store nothing: "server" lets the server check everything, "client" sends nothing' -r -f -a "client\t'Nothing is sent'
server\t'Sent, checked by the server in full, and not stored'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l plan -d 'Write the decisions into a new file, for apply, and send nothing' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l record -d 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s o -l output -d 'Output format of the results' -r -f -a "text\t'kubectl\'s lines'
json\t'The documented JSON'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s f -l filename -d 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s l -l selector -d 'Label selector, such as team=a' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l field-selector -d 'Field selector; the server knows metadata.name and spec.signerName' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l signer -d 'Only CSRs for this signer' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l requestor -d 'Only CSRs that this user asked for' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l min-risk -d 'Only CSRs with at least this risk' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s y -l yes -d 'Decide without asking'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s R -l recursive -d 'Read the subfolders of directories as well'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l all -d 'Every CSR, not only the pending ones'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand deny" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l dry-run -d 'Store nothing: "server" lets the server check everything, "client" sends nothing' -r -f -a "client\t'Nothing is sent'
server\t'Sent, checked by the server in full, and not stored'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -s o -l output -d 'Output format of the results' -r -f -a "text\t'kubectl\'s lines'
json\t'The documented JSON'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l record -d 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -s y -l yes -d 'Send without asking'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l no-self -d 'Refuse a plan that you made yourself'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s o -l output -d 'Output format' -r -f -a "text\t'A line a CSR, as list writes it; and one when it is decided or gone'
json\t'The documented JSON, a line a CSR'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l policy -d 'With --yes: decide what this policy decides, and leave the rest' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l reason -d 'Where decisions are made: reason of the conditions, a word for machines' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l message -d 'Where decisions are made: message of the conditions, a text for people' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l record -d 'Append each decision to this file before it is sent, and what came of it after; what cannot be recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l metrics -d 'Serve /metrics and /healthz over HTTP there; without a host for this machine alone' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s l -l selector -d 'Label selector, such as team=a' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l field-selector -d 'Field selector; the server knows metadata.name and spec.signerName' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l signer -d 'Only CSRs for this signer' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l requestor -d 'Only CSRs that this user asked for' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l min-risk -d 'Only CSRs with at least this risk' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s f -l filename -d 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l no-headers -d 'Leave the column titles out'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l bell -d 'Ring the terminal\'s bell for each new CSR'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l review -d 'Ask about each CSR that comes, and decide'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s y -l yes -d 'Decide without asking, by a policy'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l no-self-approval -d 'Where decisions are made: refuse to approve CSRs that you created yourself'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s R -l recursive -d 'Read the subfolders of directories as well'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l all -d 'Every CSR, not only the pending ones'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l signer -d 'Signer to look at; may be repeated. Without it: those of kube-controller-manager that can be asked for, and those that CSRs on the cluster name' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -s o -l output -d 'Output format' -r -f -a "table\t'Columns'
wide\t'More columns, and who has half of the right'
json\t'The documented JSON'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l closure -d 'List those too who have half of the right, and those who could get it by one step. Only for approve'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l confirm -d 'Ask the API server about each of them, and say where it knows better than the bindings. This takes the right to create subjectaccessreviews'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l no-headers -d 'Leave the column titles out'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand who-can" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -s o -l output -d 'Output format' -r -f -a "text\t'For people'
json\t'The documented JSON'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -f -a "check" -d 'Read a policy, and say what is odd about it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -f -a "test" -d 'Run a policy over CSRs in files that say what is expected of it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -f -a "explain" -d 'Say what a policy would make of CSRs on the cluster, rule by rule'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and not __fish_seen_subcommand_from check test explain help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l now -d 'The time of judging, instead of a minute after the newest CSR' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s o -l output -d 'Output format' -r -f -a "text\t'For people'
json\t'The documented JSON'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s f -l filename -d 'Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s l -l selector -d 'Label selector, such as team=a' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l field-selector -d 'Field selector; the server knows metadata.name and spec.signerName' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l signer -d 'Only CSRs for this signer' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l requestor -d 'Only CSRs that this user asked for' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l min-risk -d 'Only CSRs with at least this risk' -r -f -a "none\t'Nothing was found'
info\t'Worth knowing, and ordinary'
low\t'Unusual, and harmless by itself'
medium\t'Abnormal: there should be a reason for it'
high\t'Strong privilege, weak cryptography, or a break of the normal flow'
critical\t'Takes over the cluster, a node or somebody\'s identity, or deceives the reviewer'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l facts -d 'How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs' -r -f -a "none\t'Nothing but who you are'
auto\t'What can matter; of authorizers other than RBAC, whether they allow everything'
all\t'What can matter, in every way: also other authorizers than RBAC, by asking the API server'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l weak-keys -d 'A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s R -l recursive -d 'Read the subfolders of directories as well'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l all -d 'Every CSR, not only the pending ones'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "check" -d 'Read a policy, and say what is odd about it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "test" -d 'Run a policy over CSRs in files that say what is expected of it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Say what a policy would make of CSRs on the cluster, rule by rule'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -f -a "show" -d 'Show decisions from a record, each with what came of it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and not __fish_seen_subcommand_from show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l decision -d 'Only approvals, or only denials' -r -f -a "approve\t'Approvals'
deny\t'Denials'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l since -d 'Only decisions since that time: RFC 3339, a date in UTC, or so long ago, such as 12h or 7d' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l until -d 'Only decisions before that time' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns'
json\t'The documented JSON'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave the column titles out'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show decisions from a record, each with what came of it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand record; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l kubeconfig -d 'Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l context -d 'Kubeconfig context to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l cluster -d 'Kubeconfig cluster to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l user -d 'Kubeconfig user to use' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l as -d 'User to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l as-group -d 'Group to impersonate; may be repeated' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -s s -l server -d 'URL of the API server' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l token -d 'Bearer token to authenticate with' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l client-certificate -d 'PEM file of the client certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l client-key -d 'PEM file of the client certificate\'s key' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l certificate-authority -d 'PEM file of the authorities that may have signed the server\'s certificate' -r -F
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l tls-server-name -d 'Name that the server\'s certificate must have, if not the server\'s own' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l request-timeout -d 'How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l parallel -d 'How many requests may be under way at a time; fewer are while the server says that it has too many' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -s n -l namespace -d 'Accepted and ignored: CSRs have no namespace' -r
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -s v -l verbose -d 'Tell each request on standard error; -vv also its size and repetitions, -vvv the answer\'s head. No credentials'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate: anyone on the way can read and change everything'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "list" -d 'List CSRs with who would log in, who asks, and how dangerous that is'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "show" -d 'Show everything about CSRs: what decides first'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "review" -d 'Review the pending CSRs one by one, riskiest first'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "approve" -d 'Approve CSRs after showing them: exactly what was reviewed'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "deny" -d 'Deny CSRs after showing them'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "apply" -d 'Carry out a plan: the decisions in it, about exactly the CSRs that it describes'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "watch" -d 'Show pending CSRs as they come, each once, with who would log in and how dangerous that is'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "explain" -d 'Explain a rule: what it looks for, why, and what to do'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "who-can" -d 'List who could approve, sign or create CSRs, and through which bindings'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "doctor" -d 'Say whether CSRs can be reviewed here, what cannot be checked, and who approves without a person'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "policy" -d 'Check, test and explain a policy file'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "record" -d 'Read what --record wrote'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "completion" -d 'Print a completion script for a shell'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and not __fish_seen_subcommand_from list show review approve deny apply watch explain who-can doctor policy record completion help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "check" -d 'Read a policy, and say what is odd about it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "test" -d 'Run a policy over CSRs in files that say what is expected of it'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "explain" -d 'Say what a policy would make of CSRs on the cluster, rule by rule'
complete -c kubectl-csr_review -n "__fish_kubectl_csr_review_using_subcommand help; and __fish_seen_subcommand_from record" -f -a "show" -d 'Show decisions from a record, each with what came of it'

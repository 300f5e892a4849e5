#!/usr/bin/env bash
# Works with Nexus through kcat alone: kcat.sh BOOTSTRAP_SERVERS; exit code 0 if all went as the README says.
set -euo pipefail

brokers=$1
limit=120 # seconds for anything that is waited for

fail() {
    echo "kcat: $*" >&2
    exit 1
}

new_id() { cat /proc/sys/kernel/random/uuid; }

# produce TOPIC KEY [kcat option…]: the record's value comes from standard input. librdkafka's own partitioner is at work.
produce() {
    local topic=$1 key=$2
    shift 2
    kcat -q -b "$brokers" -P -t "$topic" -k "$key" "$@"
}

# await TOPIC KEY PATTERN: prints the first record of the key that fits, as "headers <tab> value".
await() {
    local topic=$1 key=$2 pattern=$3 line reader
    exec 3< <(exec timeout "$limit" kcat -q -u -b "$brokers" -C -t "$topic" -o beginning -f '%k\t%h\t%s\n')
    reader=$!
    while IFS= read -r line <&3; do
        case $line in
            "$key"*) if [[ $line =~ $pattern ]]; then
                kill "$reader" 2>/dev/null || true
                exec 3<&-
                printf '%s\n' "${line#*$'\t'}"
                return 0
            fi ;;
        esac
    done
    exec 3<&-
    fail "no record of $key on $topic fits $pattern within $limit s"
}

final='"type":"job\.(completed|failed|cancelled)"'

echo '1. a job, from its request to its final event'
job=$(new_id)
echo '{"type": "pipeline", "spec": "a library that converts Roman numerals"}' | produce job-requests "$job"
accepted=$(await job-events "$job" '"type":"job\.accepted"')
[[ $accepted == *ce_type=job.accepted* ]] || fail "no CloudEvents headers: $accepted"
[[ $accepted == *traceparent=00-* ]] || fail "no trace context: $accepted"
ended=$(await job-events "$job" "$final")
[[ $ended == *'"type":"job.completed"'* && $ended == *'"verdict":"passed"'* ]] || fail "the job ended otherwise: $ended"

echo '2. the same request once more is the same job'
echo '{"type": "pipeline", "spec": "a library that converts Roman numerals"}' | produce job-requests "$job" -p 7
mark=$(new_id)
echo '{}' | produce job-requests "$mark" -p 7 # is answered behind it
await job-events "$mark" '"type":"job\.rejected"' >/dev/null
repeats=$(timeout "$limit" kcat -q -e -b "$brokers" -C -t job-events -o beginning -f '%k %s\n' |
    grep "^$job " | grep -cE '"type":"(job\.rejected|job\.accepted)"')
[ "$repeats" = 1 ] || fail "the repeat was not recognised"

echo '3. a cancel, even before its request'
job=$(new_id)
echo '{"type": "cancel", "reason": "changed my mind"}' | produce job-control "$job"
echo '{"type": "pipeline", "spec": "a bank account"}' | produce job-requests "$job"
ended=$(await job-events "$job" "$final")
[[ $ended == *'"type":"job.cancelled"'* ]] || fail "the job was not cancelled: $ended"

echo '4. a wrong request is answered, and kept'
job=$(new_id)
echo '{"type": "pipeline", "spec": ""}' | produce job-requests "$job" -H tenant=acme
rejected=$(await job-events "$job" '"type":"job\.rejected"')
[[ $rejected == *'/spec is empty; describe the software in plain language'* ]] || fail "another reason: $rejected"
letter=$(await job-requests-dlt "$job" .)
[[ $letter == *tenant=acme* && $letter == *dlt-reason=invalid_request* ]] || fail "the record is not as it was: $letter"

echo '5. a compressed request'
job=$(new_id)
echo '{"type": "plan", "spec": "a stack"}' | produce job-requests "$job" -z lz4
ended=$(await job-events "$job" "$final")
[[ $ended == *'"type":"job.completed"'* ]] || fail "the job ended otherwise: $ended"

#!/usr/bin/env bash
# Follows a job with curl alone: curl.sh URL; prints "ID TYPE" for each event, connects again behind the last one after the
# time that the server asks for, and ends when the server says that there is no more (204).
set -u
last=
retry=3000 # milliseconds
while :; do
    while IFS= read -r line; do
        case $line in
            'id: '*) id=${line#id: } ;;
            'event: '*) event=${line#event: } ;;
            'retry: '*) retry=${line#retry: } ;;
            'status: 204') echo 'no more' && exit 0 ;;
            '') if [ -n "${id-}" ]; then last=$id && echo "$id $event" && id=; fi ;;
        esac
    done < <(curl -sN ${last:+-H "Last-Event-ID: $last"} -w '\nstatus: %{http_code}\n' "$1")
    sleep "$((retry / 1000)).$(printf %03d $((retry % 1000)))"
done

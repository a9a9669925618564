#!/bin/sh
# One slice of a fleet: slice.sh NUMBER OF DIRECTORY [OPTION...]
# DIRECTORY is where ansible-runner works, with the inventory in DIRECTORY/inventory, and what it reads in DIRECTORY/project.
# Slices are cut as AWX cuts them: of the servers, sorted by name, every OF-th from the NUMBER-th on.
set -eu
number=$1 of=$2 directory=$3
shift 3
servers=$(ansible comet_servers -i "$directory/inventory" --list-hosts | awk 'NR > 1 { print $1 }' | LC_ALL=C sort |
    awk -v number="$number" -v of="$of" 'NR % of == number % of' | paste -s -d , -)
if [ -z "$servers" ]; then
    echo "There is no server in slice $number of $of." >&2
    exit 0
fi
exec ansible-runner run "$directory" --ident "slice-$number" --playbook comet.backup.provision_fleet --limit "$servers" "$@"

#!/bin/bash
# Looks for the programs that some tests need.  Root on Debian gets them installed; anybody else is told
# what is missing and what will be skipped.  Under CI nothing may be skipped, so there it is an error.
set -u

declare -A package=([gpg]=gnupg [chromium]=chromium)
declare -A skipped=([gpg]="letters that GnuPG wrote or reads" [chromium]="pages seen in a browser")

missing=()
for program in "${!package[@]}"; do
  command -v "$program" >/dev/null || missing+=("$program")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  names=()
  for program in "${missing[@]}"; do names+=("${package[$program]}"); done
  echo "Installing ${names[*]} for the tests."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}"; } \
    >/dev/null || echo "apt-get did not succeed."
fi

lacking=0
for program in "${missing[@]}"; do
  command -v "$program" >/dev/null && continue
  lacking=1
  echo "$program is missing (Debian: ${package[$program]}): tests of ${skipped[$program]} are skipped."
done
if [ "$lacking" -eq 1 ] && [ "${CI:-}" = "true" ]; then
  echo "Under CI nothing may be skipped."
  exit 1
fi
exit 0

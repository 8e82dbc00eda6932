#!/bin/bash
# Looks for the programs that some tests need.  Root on Debian gets them installed; anybody else is told
# what is missing and what will be skipped.  Under CI nothing may be skipped, so there it is an error.
set -u

declare -A package=([gpg]=gnupg [rnp]=rnp [chromium]=chromium [initdb]=postgresql [dovecot]=dovecot-imapd [postfix]=postfix
  [clamd]=clamav-daemon)
declare -A skipped=(
  [gpg]="letters that GnuPG wrote or reads"
  [rnp]="our letters, read with a second OpenPGP program"
  [chromium]="pages seen in a browser"
  [initdb]="the rooms on PostgreSQL"
  [dovecot]="fetching letters by IMAP"
  [postfix]="a mail server that delivers to us"
  [npm]="signing in with a real OpenID provider"
  [clamd]="ClamAV itself"
)

# Debian keeps servers where only root looks for programs, and PostgreSQL's in a folder of its version.
have() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null; }

missing=()
for program in "${!package[@]}"; do
  have "$program" || missing+=("$program")
done

if [ ${#missing[@]} -ne 0 ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  names=()
  for program in "${missing[@]}"; do names+=("${package[$program]}"); done
  echo "Installing ${names[*]} for the tests."
  # no service may start by itself: the tests run servers of their own
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && ours=1; }
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}"; } \
    >/dev/null || echo "apt-get did not succeed."
  [ -z "${ours:-}" ] || rm -f "$policy"
fi

lacking=0
for program in "${missing[@]}"; do
  have "$program" && continue
  lacking=1
  echo "$program is missing (Debian: ${package[$program]}): tests of ${skipped[$program]} are skipped."
done
# The OpenID provider for the tests: pinned with hashes, installed beside the house and never shipped.
provider=tests/desk/provider/package-lock.json
if have npm && ! cmp -s "$provider" var/provider/package-lock.json; then
  mkdir -p var/provider
  cp "${provider%/*}"/package*.json var/provider/
  (cd var/provider && npm ci --ignore-scripts --no-audit --no-fund --silent >/dev/null) || {
    rm -f var/provider/package-lock.json
    lacking=1
    echo "npm could not install the OpenID provider: tests of ${skipped[npm]} are skipped."
  }
fi
if [ "$lacking" -eq 1 ] && [ "${CI:-}" = "true" ]; then
  echo "Under CI nothing may be skipped."
  exit 1
fi
exit 0

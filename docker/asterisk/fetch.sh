#!/bin/sh
# Fetch Asterisk from Debian and unpack it, without root and without installing anything: fetch.sh TARGET_FOLDER
#
# Debian has Asterisk in its suite sid alone. sid's loader and libraries come along, so that it runs on another release.
# The mirror is the one of the machine's own apt sources, or DEBIAN_MIRROR. Package lists and the cache are private,
# signatures are checked. TARGET_FOLDER appears complete or not at all; one that is complete is left as it is.
set -eu
# While it is made: package lists, packages, and what they hold. What is kept takes 50 MB.
needed_mb=200

failed() {
    echo "Asterisk could not be fetched: $1" >&2
    exit 1
}

if [ $# -ne 1 ] || [ -z "$1" ]; then
    echo "usage: $0 TARGET_FOLDER" >&2
    exit 2
fi
target=${1%/}
[ -f "$target/version" ] && exit 0
if [ -e "$target" ] && [ -n "$(ls -A "$target" 2>&1)" ]; then
    failed "$target holds something else. Remove it or name another folder."
fi
for program in apt-get apt-cache dpkg dpkg-deb; do
    command -v $program >/dev/null || failed "there is no $program here. Fetch it on Debian, and name the folder in ASTERISK_DIR."
done
keyring=
for candidate in /usr/share/keyrings/debian-archive-keyring.pgp /usr/share/keyrings/debian-archive-keyring.gpg; do
    if [ -r $candidate ]; then keyring=$candidate; fi
done
[ -n "$keyring" ] || failed "Debian's signing keys are not here. Install the package debian-archive-keyring."

parent=$(dirname "$target")
mkdir -p "$parent" 2>/dev/null || failed "$parent cannot be made."
parent=$(cd "$parent" && pwd)
target=$parent/$(basename "$target")
work=$(mktemp -d "$parent/.asterisk.XXXXXX" 2>/dev/null) || failed "$parent cannot be written to."
trap 'rm -rf "$work"' EXIT
free=$(df -Pk "$work" | awk 'NR == 2 {print $4}')
[ "$free" -ge $((needed_mb * 1024)) ] || failed "$parent has $((free / 1024)) MB of free space; $needed_mb MB are needed."
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
root=$work/root
mkdir -p "$root" "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"
: >"$work/status"

# A mirror that stands still, as a snapshot does, is past the date up to which its lists are valid.
cat >"$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "-";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::State::extended_states "$work/extended_states";
Dir::Cache "$work/cache";
Dir::Log "/dev/null";
APT::Sandbox::User "";
APT::Default-Release "";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb::Contents-deb;
#clear Acquire::IndexTargets::deb::DEP-11;
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::PDiffs "false";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
CONF
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

# Run quietly; what was said last is the reason when it fails.
try() {
    "$@" >"$work/said" 2>&1
}
reason() {
    { grep '^E: ' "$work/said" || grep . "$work/said" || echo "it said nothing"; } | tail -n 1 | cut -c 1-300
}
apt_get() {
    apt-get -q -c "$work/apt.conf" "$@"
}

# apt itself reads both formats of the sources; a source of others for the same release is told by the signature.
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null || true)
# shellcheck disable=SC2016
mirrors=${DEBIAN_MIRROR:-$(
    apt-get indextargets --no-release-info --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Identifier: Packages' 2>/dev/null |
        awk -v codename="$codename" '$2 == "main" && ($1 == codename || $1 ~ /^(sid|(old)?stable|testing|unstable)$/) && !seen[$3]++ {print $3}'
)}
[ -n "$mirrors" ] || failed "apt's sources name no mirror of Debian. Name one in DEBIAN_MIRROR."
has_lists=
for mirror in $mirrors; do
    echo "deb [signed-by=$keyring] $mirror sid main" >"$work/sources.list"
    if try apt_get -o APT::Update::Error-Mode=any update; then
        has_lists=yes
        break
    fi
done
[ -n "$has_lists" ] || failed "the package lists of $mirror cannot be read: $(reason)"

# What the program itself is linked to, and the codec of the recorded prompts; apt adds what those need.
try apt-cache -c "$work/apt.conf" depends --important asterisk asterisk-modules || failed "$(reason)"
libraries=$(awk '/^[^ ]/ {package = $1} $1 == "Depends:" && (package == "asterisk" && $2 ~ /^lib/ || $2 ~ /^libgsm[0-9]/) {print $2}' "$work/said")
[ -n "$libraries" ] || failed "$mirror has no Asterisk."
# shellcheck disable=SC2086
try apt_get --simulate --no-install-recommends install $libraries || failed "$(reason)"
# The first of these holds nothing but documentation, the others what nobody here loads.
packages=$(awk '$1 == "Inst" && $2 !~ /^(gcc-[0-9]+-base|libc-gconv-modules-extra|openssl-provider-legacy)$/ {print $2}' "$work/said")
cd "$work/debs"
# shellcheck disable=SC2086
try apt_get download $packages asterisk asterisk-modules asterisk-core-sounds-en-gsm asterisk-moh-opsound-gsm || failed "$(reason)"
for package in *.deb; do
    try dpkg-deb -x "$package" "$root" || failed "$package cannot be unpacked: $(reason)"
    # shellcheck disable=SC2016
    dpkg-deb -W --showformat='${Package} ${Version} ${Architecture}\n' "$package" >>"$work/version" || failed "$package cannot be read."
done

# Keep the program, its libraries, modules, documentation (Asterisk checks settings against it), prompts and music.
mkdir "$work/kept" "$work/kept/usr" "$work/kept/usr/sbin" "$work/kept/usr/share" "$work/kept/usr/share/asterisk"
try mv "$root/usr/lib" "$work/kept/usr/lib" || failed "the packages are laid out in an unknown way: $(reason)"
if [ -d "$root/usr/lib64" ]; then mv "$root/usr/lib64" "$work/kept/usr/lib64"; fi
try mv "$root/usr/sbin/asterisk" "$work/kept/usr/sbin/" || failed "the packages are laid out in an unknown way: $(reason)"
for folder in documentation sounds moh; do
    try mv "$root/usr/share/asterisk/$folder" "$work/kept/usr/share/asterisk/" || failed "the packages are laid out in an unknown way: $(reason)"
done
rm -rf "$work/kept"/usr/lib/*/gconv "$work/kept"/usr/lib/*/audit "$work/kept"/usr/lib/systemd "$work/kept"/usr/lib/tmpfiles.d

# A module whose library was not fetched could never be loaded.
set -- "$work/kept"/usr/lib/*/ld-linux*.so.* "$work/kept"/usr/lib/*/ld64.so.*
loader=$1
if [ ! -e "$loader" ] && [ $# -gt 1 ]; then loader=$2; fi
folder=$(dirname "$loader")
try "$loader" --library-path "$folder" "$work/kept/usr/sbin/asterisk" -V || failed "the unpacked program does not run: $(reason)"
for module in "$folder"/asterisk/modules/*.so; do
    if "$loader" --library-path "$folder" --list "$module" 2>&1 | grep -q 'not found'; then rm "$module"; fi
done

sort -o "$work/kept/version" "$work/version" || failed "the list of versions cannot be written."
chmod -R u+w,go+rX "$work/kept" && chmod 755 "$work/kept"
# Whoever came first wins; theirs is as good as ours.
try mv -T "$work/kept" "$target" || [ -f "$target/version" ] || failed "$target cannot be written: $(reason)"

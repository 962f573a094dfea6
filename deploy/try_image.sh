#!/bin/sh
# Builds the image and tries it, on a Debian machine that reaches Debian's and Python's packages but no registry of images.
#
#     sh deploy/try_image.sh                           with bases of its own, made by debootstrap
#     BASE=name BUILD_BASE=name sh deploy/try_image.sh with images that buildah finds
#
# As root, with the packages buildah, crun, systemd and curl, and debootstrap for bases of its own. It builds deploy/Dockerfile, looks
# for what must not be in it, starts it as 10001 on a read-only root without any privilege, and calls it as an EHR. Exit
# status 0 only if all of that held. The image stays as localhost/hepar, the bases as localhost/hepar-base and -build-base.
set -eu
cd "$(dirname "$0")/.."
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER="${STORAGE_DRIVER:-vfs}"
SUITE="${SUITE:-bookworm}"
CERTIFICATES=/etc/ssl/certs/ca-certificates.crt
work="$(mktemp -d)"
service=

finish() {
    status=$?
    [ -z "$service" ] || kill "$service" 2>/dev/null || true
    [ -z "$service" ] || wait "$service" 2>/dev/null || true
    [ -z "${container:-}" ] || buildah rm "$container" >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { printf '== %s\n' "$*" >&2; }
have() { buildah images --quiet "$1" >/dev/null 2>&1; }

make_bases() {
    if ! have localhost/hepar-base; then
        say "making a base of $SUITE with debootstrap"
        debootstrap --variant=minbase --include=python3,ca-certificates "$SUITE" "$work/base" >"$work/debootstrap.log" ||
            { tail -20 "$work/debootstrap.log" >&2; exit 1; }
        rm -rf "$work/base/var/cache/apt/archives"/*.deb "$work/base/var/lib/apt/lists"/*
        tar -C "$work/base" -cf "$work/base.tar" .
        made="$(buildah from scratch)"
        buildah add --quiet "$made" "$work/base.tar" / >/dev/null
        buildah config --env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$made"
        buildah commit --quiet --rm "$made" localhost/hepar-base >/dev/null
        rm -rf "$work/base" "$work/base.tar"
    fi
    if ! have localhost/hepar-build-base; then
        say "making the base that builds: with the module venv, and this machine's certificates"
        made="$(buildah from localhost/hepar-base)"
        buildah run "$made" -- sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv' \
            >"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log" >&2; exit 1; }
        buildah copy --quiet "$made" "$CERTIFICATES" "$CERTIFICATES" >/dev/null
        [ ! -f /etc/pip.conf ] || buildah copy --quiet "$made" /etc/pip.conf /etc/pip.conf >/dev/null
        buildah config --env "PIP_CERT=$CERTIFICATES" "$made"
        buildah commit --quiet --rm "$made" localhost/hepar-build-base >/dev/null
    fi
    BASE=localhost/hepar-base BUILD_BASE=localhost/hepar-build-base
}

[ -n "${BASE:-}" ] && BUILD_BASE="${BUILD_BASE:-$BASE}" || make_bases

say "building on $BASE"
buildah build --quiet --format docker --pull-never --file deploy/Dockerfile \
    --build-arg "BASE=$BASE" --build-arg "BUILD_BASE=$BUILD_BASE" --tag localhost/hepar . >/dev/null
container="$(buildah from --pull-never localhost/hepar)"
root="$(buildah mount "$container")"

say "looking at what is in it"
buildah inspect --type image localhost/hepar | grep -q '"User": "10001:10001"'
buildah inspect --type image localhost/hepar | grep -q '"Healthcheck"'
for program in pip pip3 gcc cc g++ make ld; do
    for folder in bin sbin usr/bin usr/sbin usr/local/bin opt/hepar/bin; do
        [ ! -e "$root/$folder/$program" ] || { echo "$program is in the image" >&2; exit 1; }
    done
done
[ -z "$(find "$root" -path "$root/proc" -prune -o -type d \( -name pip -o -name ensurepip \) -print)" ] ||
    { echo "pip is in the image" >&2; exit 1; }
[ -z "$(find "$root/opt/hepar" -user 10001)" ] || { echo "the service could change its own code" >&2; exit 1; }
echo "size: $(du -sm "$root" | cut -f1) MB, of these $(du -sm "$root/opt/hepar" | cut -f1) MB hepar and its libraries"

say "starting it as 10001 on a read-only root: no capability, and the system calls that hepar.service allows"
mkdir -p "$work/trial"
cp deploy/trial.py "$work/trial.py"
chmod 755 "$work" && chmod 644 "$work/trial.py" && chown 10001:10001 "$work/trial"

# A container as its runtime reads it: its name, then its command. Folder /trial and /tmp are all that can be written.
contain() {
    name="$1"
    shift
    mkdir -p "$work/$name"
    python3 - "$root" "$work" /tmp "$@" >"$work/$name/config.json" <<'PYTHON'
import json, re, subprocess, sys

root, work, writable, *command = sys.argv[1:]
sets, name = {}, ""
for line in subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout.splitlines():
    word = line.strip()
    if word.startswith("@") and not line.startswith(" "):
        name = word
        sets[name] = set()
    elif word and not word.startswith("#") and name:
        sets[name].add(word)


def calls(group):
    return {call for one in sets[group] for call in (calls(one) if one.startswith("@") else {one})}


unit = open("deploy/systemd/hepar.service", encoding="utf-8").read()
filters = [line.split() for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M)]
allowed, refused = filters[0], [word.lstrip("~") for word in filters[1]]
allowed = set().union(*map(calls, allowed)) - set().union(*map(calls, refused))
# The runtime itself needs these to start what the filter then holds for.
allowed |= {"setgid", "setuid", "setgroups", "setresuid", "setresgid", "capset", "prctl", "execve"}
# MemoryDenyWriteExecute=yes: no memory both written and run (2 and 4), and none that is made to run later.
assert "MemoryDenyWriteExecute=yes" in unit
allowed -= {"mmap", "mprotect", "pkey_mprotect"}
prot = {"index": 2, "op": "SCMP_CMP_MASKED_EQ"}
memory = [{"names": ["mmap"], "args": [{**prot, "value": 6, "valueTwo": some}]} for some in (0, 2, 4)]
memory += [{"names": ["mprotect", "pkey_mprotect"], "args": [{**prot, "value": 4, "valueTwo": 0}]}]
nothing = {kind: [] for kind in ("bounding", "effective", "inheritable", "permitted", "ambient")}
tmpfs = {"type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "noexec", "mode=1777"]}
config = {
    "ociVersion": "1.0.0",
    "process": {
        "user": {"uid": 10001, "gid": 10001},
        "args": command,
        "env": ["PATH=/opt/hepar/bin:/usr/local/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1", f"HOME={writable}"],
        "cwd": writable,
        "capabilities": nothing,
        "noNewPrivileges": True,
    },
    "root": {"path": root, "readonly": True},
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]},
        {"destination": "/dev/shm", **tmpfs},
        {"destination": writable, **tmpfs},
        {"destination": "/mnt", "type": "bind", "source": work, "options": ["bind", "ro"]},
        {"destination": "/srv", "type": "bind", "source": f"{work}/trial", "options": ["bind", "rw"]},
    ],
    "linux": {
        "namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")],
        "seccomp": {
            "defaultAction": "SCMP_ACT_ERRNO",
            "syscalls": [{"action": "SCMP_ACT_ALLOW", **one} for one in [{"names": sorted(allowed)}, *memory]],
        },
    },
}
print(json.dumps(config))
PYTHON
    # Where both versions of cgroups are mounted crun does not start; the second is hidden from it.
    unshare --mount sh -c 'umount /sys/fs/cgroup/unified 2>/dev/null; exec crun --cgroup-manager=disabled run "$@"' \
        crun --bundle "$work/$name" "hepar-try-$$-$name"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port="$(free_port)" watch="$(free_port)"
contain prepare python /mnt/trial.py prepare /srv --database sqlite:////tmp/hepar.db \
    --bind "127.0.0.1:$port" --operations-bind "127.0.0.1:$watch"
contain serve hepar serve --config /srv/hepar/hepar.toml >"$work/log" 2>&1 &
service=$!
for _ in $(seq 100); do
    curl -fsS "http://127.0.0.1:$watch/livez" >/dev/null 2>&1 && break
    kill -0 "$service" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.2
done

say "asking it"
curl -fsS "http://127.0.0.1:$watch/livez" && echo
curl -fsS "http://127.0.0.1:$watch/readyz" && echo
curl -fsS "http://127.0.0.1:$port/cds-services" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["services"]), "services")'
curl -fsS -o /dev/null "http://127.0.0.1:$port/guide/"
contain record sh -c 'hepar records new --example >/tmp/record.toml && hepar records new /tmp/record.toml -o /tmp/record.json &&
    hepar records validate /tmp/record.json'
contain backup sh -c 'python /opt/hepar/deploy/backup.py --help && python /opt/hepar/deploy/restore.py --help' >/dev/null
contain call python /mnt/trial.py call /srv --at "http://127.0.0.1:$port"
contain denied python -c 'import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)' \
    2>/dev/null && { echo "memory can be written and run" >&2; exit 1; }
contain refused python -c 'open("/opt/hepar/x", "w")' 2>/dev/null && { echo "the root can be written" >&2; exit 1; }
contain health python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$watch/livez', timeout=2)"

say "ending it"
crun kill "hepar-try-$$-serve" TERM
for _ in $(seq 100); do kill -0 "$service" 2>/dev/null || break; sleep 0.2; done
! kill -0 "$service" 2>/dev/null || { echo "it does not end" >&2; exit 1; }
! grep -E '"level":"error"|Traceback' "$work/log" || exit 1
say "all of it held"

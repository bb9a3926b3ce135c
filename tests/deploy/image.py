"""The image. Rust's own image is not fetched here: the Containerfile is built with a stand-in for it,
whose cargo hands over the program that is tested. What the image runs is then run in its files, as
its user."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

from harness import (
    DEPLOY,
    REPOSITORY,
    Lists,
    ask,
    check,
    equal,
    find,
    folder,
    left_out,
    missing,
    port,
    program,
    run,
    start,
    stop,
)


def instructions():
    """What the Containerfile says, one instruction a line."""
    text = (DEPLOY / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [line.split(None, 1) for line in joined.splitlines() if line.strip()]


def only(all_, name):
    [found] = [rest for word, rest in all_ if word == name]
    return found


def reads_well(all_):
    cargo = tomllib.loads((REPOSITORY / "Cargo.toml").read_text())
    bases = [rest for word, rest in all_ if word == "FROM"]
    rust = cargo["package"]["rust-version"]
    equal(bases, [f"docker.io/library/rust:{rust}-alpine AS build", "scratch"], "bases")
    end = all_[[word for word, _ in all_].index("FROM", 1):]
    equal(all_[0][0], "FROM", "the first instruction")

    user = only(end, "USER")
    check(re.fullmatch(r"[1-9]\d+:[1-9]\d+", user), f"the image runs as {user}")
    copies = [rest for word, rest in end if word == "COPY"]
    check(f"--from=build --chown={user} /state /state" in copies, "the state is not the user's")
    build = " ".join(rest for word, rest in all_ if word == "RUN")
    check("--profile dist" in build and "dist" in cargo["profile"], "there is no profile dist")
    equal(cargo["profile"]["dist"]["inherits"], "release", "the profile")

    # What the context leaves out is nothing that the build reads, and whatever is secret.
    ignored = [line.strip("/") for line in (REPOSITORY / ".dockerignore").read_text().splitlines()
               if line and not line.startswith("#")]
    equal(ignored, [".git", "target", "tests/browser/node_modules", "deploy/.env", "deploy/key",
                    "deploy/plans"], ".dockerignore")
    return end, user


# What stands for the Rust image: its tools do as much as the Containerfile relies on.
BASE = """FROM scratch
COPY base/ /
ENV PATH=/usr/local/bin:/bin
"""
APK = """#!/bin/sh
case "$*" in *busybox-static*) cp /bin/busybox /bin/busybox.static ;; esac
case "$*" in *ca-certificates*) echo roots >/etc/ssl/certs/ca-certificates.crt ;; esac
"""
CARGO = """#!/bin/sh
[ -f /src/Cargo.lock ] && [ ! -e /src/target ] && [ ! -e /src/.git ] || exit 1
mkdir -p target/dist && cp /program target/dist/weekahead
"""


def build(name, place, weekahead, busybox):
    """Builds the image with stand-ins for Rust, and gives its folder and what it says of itself."""
    base = place / "context" / "base"
    for path in ["bin", "etc/ssl/certs", "tmp", "usr/local/bin"]:
        (base / path).mkdir(parents=True)
    shutil.copy(busybox, base / "bin" / "busybox")
    for tool in ["cp", "mkdir", "sh"]:
        (base / "bin" / tool).symlink_to("busybox")
    for path, text in [("bin/apk", APK), ("usr/local/bin/cargo", CARGO)]:
        (base / path).write_text(text)
        (base / path).chmod(0o755)
    shutil.copy(weekahead, base / "program")
    (place / "context" / "Base").write_text(BASE)
    buildah = ["buildah", "--root", place / "storage", "--runroot", place / "runroot",
               "--storage-driver", "vfs"]
    options = ["--quiet", "--isolation", "chroot", "--format", "docker", "--pull-never"]
    run(*buildah, "build", *options, "--file", place / "context" / "Base", "--tag", name,
        place / "context")
    run(*buildah, "build", *options, "--file", DEPLOY / "Containerfile", "--tag", "weekahead",
        REPOSITORY)
    said = json.loads(run(*buildah, "inspect", "--type", "image", "weekahead").stdout)
    container = run(*buildah, "from", "--pull-never", "weekahead").stdout.decode().strip()
    mounted = run(*buildah, "mount", container).stdout.decode().strip()
    root = place / "root"
    run("cp", "--archive", mounted, root)
    run(*buildah, "umount", container)
    files = sorted(str(file.relative_to(root)) for file in root.rglob("*") if file.is_file())
    equal(files, ["etc/ssl/certs/ca-certificates.crt", "weekahead", "wget"], "the image's files")
    return root, said["Docker"]["config"]


def imitate(end, place, weekahead, busybox):
    """The same without a builder: what the Containerfile says, by its words."""
    root = place / "root"
    root.mkdir()
    shutil.copy(weekahead, root / "weekahead")
    shutil.copy(busybox, root / "wget")
    (root / "state").mkdir()
    os.chown(root / "state", *map(int, only(end, "USER").split(":")))
    return root, {
        "User": only(end, "USER"),
        "Entrypoint": json.loads(only(end, "ENTRYPOINT")),
        "Cmd": json.loads(only(end, "CMD")),
        "Healthcheck": {"Test": ["CMD", *json.loads(only(end, "HEALTHCHECK").split("CMD", 1)[1])]},
        "StopSignal": only(end, "STOPSIGNAL"),
    }


def runs(end, user, place, weekahead):
    if os.geteuid() != 0 or missing("chroot", "busybox"):
        return left_out("the image's commands were not run: that needs root, chroot and busybox")
    busybox = find("busybox")
    if run("ldd", busybox, code=None).returncode == 0:
        return left_out("the image's commands were not run: busybox is not static")
    if missing("buildah"):
        left_out("there is no buildah, so the image was not built")
        root, said = imitate(end, place, weekahead, busybox)
    else:
        name = only([(word, rest) for word, rest in instructions() if " AS " in rest], "FROM")
        root, said = build(name.split()[0], place, weekahead, busybox)
    equal(said["User"], user, "the user")
    # The real program is static; this one brings its libraries, unless it is so too.
    libraries = run("ldd", weekahead, code=None).stdout.decode()
    for library in re.findall(r"(/\S+) \(0x", libraries):
        copy = root / library.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, copy)
    # Every container has it.
    (root / "dev").mkdir(exist_ok=True)
    run("mknod", "-m", "666", root / "dev" / "null", "c", "1", "3")
    lists = Lists(place, weekahead)
    shutil.copytree(lists.plans, root / "plans")
    shutil.copy(lists.key, root / "key")
    os.chown(root / "key", *map(int, user.split(":")))

    at = port()
    inside = ["chroot", f"--userspec={user}", "--groups=", root]
    command = said["Entrypoint"] + said["Cmd"]
    equal(command.count("0.0.0.0:8080"), 1, "CMD")
    command = [f"127.0.0.1:{at}" if part == "0.0.0.0:8080" else part for part in command]
    kind, *probe = said["Healthcheck"]["Test"]
    check(kind == "CMD" and ":8080/healthz" in probe[-1], f"the probe is {probe}")
    probe[-1] = probe[-1].replace(":8080", f":{at}")
    environment = {name: lists.environment[name] for name in ["PATH", "SOURCE_DATE_EPOCH"]}
    server = start(*inside, *command, env=environment, stdout=subprocess.PIPE,
                   stderr=open(place / "log", "w"))
    greeting = server.stdout.readline().decode()
    check("Serving 2 feeds" in greeting, greeting + (place / "log").read_text())
    answer = ask(at, f"/{lists.token('sims')}/sims.ics")
    equal((answer.status, answer.body), (200, lists.feed("sims")), "the feed of the image's command")
    check(any((root / "state").iterdir()), "no state was kept")
    run(*inside, *probe)
    equal(said["StopSignal"], "SIGTERM", "STOPSIGNAL")
    equal(stop(server), 0, "the code after STOPSIGNAL")
    check(run(*inside, *probe, code=None).returncode != 0, "the probe is content with no server")
    logged = (place / "log").read_text()
    check("WARN" not in logged and "ERROR" not in logged, logged)
    print(f"the image's command and probe: run as {user}, with nothing else there")


if __name__ == "__main__":
    end, user = reads_well(instructions())
    place = folder()
    runs(end, user, place, program(place))
    print("NOT RUN: the compiler in the image that the Containerfile names")
    sys.exit(0)

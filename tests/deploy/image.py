"""The image. It is not built here: that needs images of other registries. What it says is read, and
what it runs is run in a folder that has in it what the image would have, as its user."""

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

    # What the context leaves out is nothing that the build reads.
    ignored = [line.strip("/") for line in (REPOSITORY / ".dockerignore").read_text().splitlines()
               if line and not line.startswith("#")]
    equal(ignored, [".git", "target", "tests/browser/node_modules"], ".dockerignore")
    return end, user


def runs(end, user, place, weekahead):
    if os.geteuid() != 0 or missing("chroot", "busybox"):
        return left_out("the image's commands were not run: that needs root, chroot and busybox")
    busybox = find("busybox")
    if run("ldd", busybox, code=None).returncode == 0:
        return left_out("the image's commands were not run: busybox is not static")
    root = place / "root"
    root.mkdir()
    shutil.copy(weekahead, root / "weekahead")
    # The image's is static; this one brings its libraries, unless it is so too.
    libraries = run("ldd", weekahead, code=None).stdout.decode()
    for library in re.findall(r"(/\S+) \(0x", libraries):
        copy = root / library.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, copy)
    shutil.copy(busybox, root / "wget")
    # Every container has it.
    (root / "dev").mkdir()
    run("mknod", "-m", "666", root / "dev" / "null", "c", "1", "3")
    lists = Lists(place, weekahead)
    shutil.copytree(lists.plans, root / "plans")
    shutil.copy(lists.key, root / "key")
    (root / "state").mkdir()
    number = int(user.split(":")[0])
    for path in ["key", "state"]:
        os.chown(root / path, number, number)

    at = port()
    inside = ["chroot", f"--userspec={user}", "--groups=", root]
    command = json.loads(only(end, "ENTRYPOINT")) + json.loads(only(end, "CMD"))
    equal(command.count("0.0.0.0:8080"), 1, "CMD")
    command = [f"127.0.0.1:{at}" if part == "0.0.0.0:8080" else part for part in command]
    probe = json.loads(only(end, "HEALTHCHECK").split("CMD", 1)[1])
    check(":8080/healthz" in probe[-1], f"the probe asks {probe[-1]}")
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
    equal(only(end, "STOPSIGNAL"), "SIGTERM", "STOPSIGNAL")
    equal(stop(server), 0, "the code after STOPSIGNAL")
    check(run(*inside, *probe, code=None).returncode != 0, "the probe is content with no server")
    said = (place / "log").read_text()
    check("WARN" not in said and "ERROR" not in said, said)
    print(f"the image's command and probe: run as {user}, with nothing else there")


if __name__ == "__main__":
    end, user = reads_well(instructions())
    place = folder()
    runs(end, user, place, program(place))
    print("NOT BUILT: the image is built by the release workflow alone")
    sys.exit(0)

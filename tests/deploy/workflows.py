"""The workflows of .github: read as GitHub reads them, and their commands run. What builds, installs
or publishes is a stand-in that writes down how it was called; what it was given to cargo is then
asked of the real one. GitHub itself is not run."""

import os
import re
import shutil
import sys

from harness import REPOSITORY, check, equal, folder, left_out, missing, program, run

try:
    import yaml
except ImportError:
    left_out("there is no python3-yaml, so the workflows were not read")
    sys.exit(0)

FOLDER = REPOSITORY / ".github/workflows"
REPOSITORY_NAME = "Kari/Weekahead"
IMAGE = "ghcr.io/kari/weekahead"
DIGEST = "sha256:" + "0" * 64
# What would change the machine or the world.
STAND_INS = ["7z", "cargo", "docker", "gh", "git", "rustup", "sudo"]
# Each writes its arguments down, between marks that no argument has.
STAND_IN = r"""#!/bin/sh
{ printf '%s' "${0##*/}"; printf '\037%s' "$@"; printf '\n'; } >>"$CALLS"
case "${0##*/} $*" in
  cargo\ build*--target*)
    suffix=; case "$TARGET" in *windows*) suffix=.exe ;; esac
    mkdir -p "target/$TARGET/dist"; cp "$PROGRAM" "target/$TARGET/dist/weekahead$suffix" ;;
  "docker inspect"*Health*) echo "${HEALTH:-healthy}" ;;
  "docker inspect"*ExitCode*) echo 0 ;;
  "docker login"*) cat >"$CALLS.password" ;;
  "docker buildx imagetools inspect"*) echo "$DIGEST" ;;
  7z*) shift 2; echo packed >"$1" ;;
esac
"""


def load(name):
    workflow = yaml.safe_load((FOLDER / name).read_text())
    # YAML 1.1 has the word `on` for true.
    workflow["on"] = workflow.pop(True)
    return workflow


def steps(workflow):
    for job, body in workflow["jobs"].items():
        for step in body["steps"]:
            yield job, body, step


def is_careful(name, workflow):
    """Pinned actions, no text of others in commands, no rights that are not needed, an end."""
    check(workflow["permissions"] in ({}, {"contents": "read"}), f"{name}: rights of all jobs")
    for job, body in workflow["jobs"].items():
        check("timeout-minutes" in body, f"{name}: {job} may run for ever")
        check(set(body.get("permissions", {}).values()) <= {"read", "write"}, f"{name}: {job}")
    text = (FOLDER / name).read_text()
    for job, _, step in steps(workflow):
        check(("run" in step) != ("uses" in step), f"{name}: {job}: {step}")
        if "uses" in step:
            check(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]), step["uses"])
            check(re.search(re.escape(step["uses"]) + r" # v\d+\.\d+\.\d+\n", text), step["uses"])
            if step["uses"].startswith("actions/checkout@"):
                equal(step["with"]["persist-credentials"], False, f"{name}: {job}: a token stays")
        else:
            check("${{" not in step["run"], f"{name}: {job}: text that others write: {step['run']}")
            run("bash", "-n", "-c", step["run"])
    # One version of an action everywhere.
    for action in set(re.findall(r"uses: (\S+)@", text)):
        versions = set()
        for file in FOLDER.iterdir():
            versions |= set(re.findall(rf"uses: {action}@(\S+) # (\S+)", file.read_text()))
        equal(len(versions), 1, f"versions of {action}")


class Job:
    """A run of one job, its commands in a checkout."""

    def __init__(self, place, workflow, job, matrix=None, needs=None, tag="v0.1.0"):
        self.place = place
        self.workflow = workflow
        self.job = workflow["jobs"][job]
        self.known = {f"matrix.{name}": text for name, text in (matrix or {}).items()}
        self.known |= {f"needs.{name}": text for name, text in (needs or {}).items()}
        self.known |= {"github.ref_name": tag, "github.actor": "kari", "github.token": "the-token",
                       "github.repository": REPOSITORY_NAME}
        self.work = place / "work"
        self.work.mkdir()
        for name in ["Cargo.toml", "LICENSE", "plans.example.yaml"]:
            shutil.copy(REPOSITORY / name, self.work)
        for page in REPOSITORY.glob("*.md"):
            shutil.copy(page, self.work)
        for folder in ["deploy", "docs"]:
            shutil.copytree(REPOSITORY / folder, self.work / folder)
        golden = "tests/integration/golden/example.ics"
        (self.work / golden).parent.mkdir(parents=True)
        shutil.copy(REPOSITORY / golden, self.work / golden)
        self.bin = place / "bin"
        self.bin.mkdir()
        for tool in STAND_INS:
            (self.bin / tool).write_text(STAND_IN)
            (self.bin / tool).chmod(0o755)
        self.calls = place / "calls"
        self.calls.write_text("")
        self.output = place / "output"
        self.output.write_text("")

    def evaluate(self, text):
        def known(match):
            check(match[1] in self.known, f"unknown: {match[1]}")
            return self.known[match[1]]
        return re.sub(r"\$\{\{ (.+?) \}\}", known, str(text))

    def step(self, name, code=0, **more):
        [step] = [step for step in self.job["steps"] if step.get("name") == name]
        environment = {"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.place),
                       "TZ": "UTC", "CI": "true", "GITHUB_ACTIONS": "true",
                       "GITHUB_WORKSPACE": str(self.work), "GITHUB_OUTPUT": str(self.output),
                       "GITHUB_REPOSITORY": REPOSITORY_NAME,
                       "GITHUB_SERVER_URL": "https://github.com",
                       "CALLS": str(self.calls), "PROGRAM": sys.argv[1], "DIGEST": DIGEST}
        for part in [self.workflow, self.job, step]:
            environment |= {key: self.evaluate(text) for key, text in part.get("env", {}).items()}
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"],
                   code=code, cwd=self.work, env=environment | more)

    def called(self, tool):
        """How a stand-in was called."""
        calls = [line.split("\037") for line in self.calls.read_text().splitlines()]
        return [call[1:] for call in calls if call[0] == tool]


def is_understood(arguments):
    """Whether cargo knows the options, the profile, the features and the target: it plans, and
    builds nothing."""
    if arguments[0].startswith("+"):
        arguments = arguments[1:]
    run("cargo", arguments[0], "--unit-graph", "-Z", "unstable-options", *arguments[1:],
        cwd=REPOSITORY, env=os.environ | {"RUSTC_BOOTSTRAP": "1"})


def fresh(place):
    fresh.count = getattr(fresh, "count", 0) + 1
    path = place / f"job{fresh.count}"
    path.mkdir()
    return path


def ci(place):
    workflow = load("ci.yml")
    is_careful("ci.yml", workflow)
    equal(set(workflow["on"]), {"push", "pull_request"}, "when ci.yml runs")
    [last] = [step["run"] for step in workflow["jobs"]["everything"]["steps"]
              if step.get("name") == "Run everything"]
    check((REPOSITORY / last.removeprefix("bash ")).is_file(), f"there is no {last}")
    matrix = workflow["jobs"]["features"]["strategy"]["matrix"]
    equal(matrix["features"], ["", "--all-features", "--no-default-features"], "features")
    systems = {system.split("-")[0] for system in matrix["system"]}
    equal(systems, {"ubuntu", "macos", "windows"}, "systems")
    commands = []
    for features in matrix["features"]:
        job = Job(fresh(place), workflow, "features", {"features": features})
        job.step("Build")
        job.step("Test")
        options = [features] if features else []
        build, test, with_git = job.called("cargo")
        equal([build, test], [[word, "--locked", *options] for word in ["build", "test"]], "cargo")
        equal(with_git[:len(test) + 4], [*test, "--test", "integration", "--", "--ignored"], "cargo")
        commands += job.called("cargo")
    job = Job(fresh(place), workflow, "oldest")
    job.step("Check with the oldest Rust")
    [[toolchain, *rest]] = job.called("cargo")
    equal(job.called("rustup"), [["toolchain", "install", toolchain[1:], "--profile", "minimal"]],
          "rustup")
    cargo = (REPOSITORY / "Cargo.toml").read_text()
    check(f'rust-version = "{toolchain[1:]}"' in cargo, f"the oldest Rust is not {toolchain}")
    return [*commands, rest]


def release(place):
    workflow = load("release.yml")
    is_careful("release.yml", workflow)
    equal(workflow["on"], {"push": {"tags": ["v*"]}}, "when release.yml runs")
    writes = {job: [name for name, right in body["permissions"].items() if right == "write"]
              for job, body in workflow["jobs"].items() if "permissions" in body}
    equal(writes, {"version": [], "programs": [], "images": ["packages"], "image": ["packages"],
                   "release": ["contents"]}, "who may write what")

    version = re.search(r'^version = "(.*)"$', (REPOSITORY / "Cargo.toml").read_text(), re.M)[1]
    tag = f"v{version}"
    job = Job(fresh(place), workflow, "version", tag=tag)
    job.step("Compare the tag with Cargo.toml")
    equal(job.output.read_text(), f"version={version}\n", "the version")
    job = Job(fresh(place), workflow, "version", tag="v9.9.9")
    left = job.step("Compare the tag with Cargo.toml", code=1)
    check(left.stdout.startswith(b"::error::the tag is v9.9.9"), left.stdout)

    rows = workflow["jobs"]["programs"]["strategy"]["matrix"]["include"]
    equal([row["target"] for row in rows],
          ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl", "aarch64-apple-darwin",
           "x86_64-apple-darwin", "x86_64-pc-windows-msvc"], "targets")
    known = run("rustc", "--print", "target-list").stdout.decode().split()
    files, commands = [], []
    for row in rows:
        target = row["target"]
        check(target in known, f"rustc does not know {target}")
        job = Job(fresh(place), workflow, "programs", row, tag=tag)
        job.step("Build")
        equal(job.called("rustup"), [["target", "add", target]], "rustup")
        commands += job.called("cargo")
        equal(job.called("cargo"), [["build", "--locked", "--profile", "dist", "--all-features",
                                     "--target", target]], "cargo")
        # The stand-in's program is not static, and that is what the step finds.
        is_static = b"INTERP" not in run("readelf", "-l", sys.argv[1]).stdout
        job.step("Try it", code=1 if "musl" in target and not is_static else 0)
        job.step("Pack")
        name = f"weekahead-{tag}-{target}"
        suffix = ".exe" if "windows" in target else ""
        packed = sorted(str(file.relative_to(job.work / name))
                        for file in (job.work / name).rglob("*") if file.is_file())
        for file in [f"weekahead{suffix}", "README.md", "README.zh-CN.md", "LICENSE",
                     "plans.example.yaml", "deploy/weekahead.service", "docs/hosting.md",
                     "docs/pictures/first.webp", "completions/weekahead.bash", "man/weekahead.1",
                     "man/weekahead-serve.1"]:
            check(file in packed, f"{file} is not packed: {packed}")
        if suffix:
            equal(job.called("7z"), [["a", "-bso0", f"{name}.zip", name]], "7z")
            files.append(job.work / f"{name}.zip")
        else:
            archive = job.work / f"{name}.tar.gz"
            listed = run("tar", "-tzf", archive).stdout.decode().splitlines()
            equal(sorted(path for path in listed if not path.endswith("/")),
                  [f"{name}/{file}" for file in packed], "the archive")
            files.append(archive)
        [upload] = [step for step in job.job["steps"] if "upload-artifact" in step.get("uses", "")]
        found = [path.name for path in job.work.glob(upload["with"]["path"]) if path.is_file()]
        equal(found, [files[-1].name], "what is handed on")

    for kind in ["amd64", "arm64"]:
        job = Job(fresh(place), workflow, "images", {"kind": kind},
                  {"version.outputs.version": version}, tag)
        job.step("Build")
        [build] = job.called("docker")
        equal(build[:5], ["build", "--file", "deploy/Containerfile", "--tag", "weekahead"], "docker")
        check((REPOSITORY / build[2]).is_file(), build[2])
        job.step("Try it")
        job.step("Push")
        equal(job.called("docker")[-3:],
              [["login", "ghcr.io", "--username", "kari", "--password-stdin"],
               ["tag", "weekahead", f"{IMAGE}:{version}-{kind}"],
               ["push", f"{IMAGE}:{version}-{kind}"]], "docker")
        equal((job.place / "calls.password").read_text(), "the-token\n", "the password")
        job = Job(fresh(place), workflow, "images", {"kind": kind},
                  {"version.outputs.version": version}, tag)
        job.step("Try it", code=1, HEALTH="unhealthy")

    for said, latest in [(version, True), ("1.0.0-rc.1", False)]:
        job = Job(fresh(place), workflow, "image", needs={"version.outputs.version": said})
        job.step("Join both")
        create = job.called("docker")[1]
        tags = ["--tag", f"{IMAGE}:{said}"] + (["--tag", f"{IMAGE}:latest"] if latest else [])
        equal(create, ["buildx", "imagetools", "create", *tags, f"{IMAGE}:{said}-amd64",
                       f"{IMAGE}:{said}-arm64"], "docker")
        name = f"{IMAGE}:{said}@{DIGEST}"
        equal(job.output.read_text(), f"name={name}\n", "the image's name")

        job = Job(fresh(place), workflow, "release", tag=f"v{said}", needs={
            "version.outputs.version": said, "image.outputs.name": name})
        (job.work / "files").mkdir()
        for file in files:
            shutil.copy(file, job.work / "files")
        job.step("Release")
        run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=job.work / "files")
        [gh] = job.called("gh")
        pre = [] if latest else ["--prerelease"]
        equal(gh, ["release", "create", f"v{said}", "--verify-tag", "--title", f"weekahead {said}",
                   *pre, "--notes-file", "../notes", "--",
                   *sorted(file.name for file in files), "SHA256SUMS"], "gh")
        check(name in (job.work / "notes").read_text(), "the notes have no image")
    # One program too few is no release.
    job = Job(fresh(place), workflow, "release", needs={
        "version.outputs.version": version, "image.outputs.name": name})
    (job.work / "files").mkdir()
    for file in files[1:]:
        shutil.copy(file, job.work / "files")
    job.step("Release", code=1)
    equal(job.called("gh"), [], "gh")
    return commands


if __name__ == "__main__":
    if tools := missing("bash", "cargo", "rustc", "readelf", "sha256sum", "tar"):
        left_out(f"the workflows were not run: {', '.join(tools)} is not there")
        sys.exit(0)
    place = folder()
    sys.argv[1] = str(program(place))
    commands = ci(place) + release(place)
    for command in commands:
        is_understood(command)
    print(f"ci.yml, release.yml: their steps run with stand-ins, {len(commands)} calls of cargo")
    print("NOT RUN: GitHub itself, and what it alone can: other systems, the registry of images")

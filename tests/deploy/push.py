"""weekahead-push with a repository and its upstream on this computer: renewals are recorded by the
program, pushed, put on top of what others have pushed, and kept where that is not possible."""

import fcntl
import os
import sys

from harness import (
    DEPLOY,
    check,
    equal,
    folder,
    left_out,
    missing,
    program,
    run,
    start,
    until,
)

PLANS = "".join(f"- id: {plan}\n  name: {plan}\n  renewed: 2026-07-05\n  validity: 3 months\n{space}"
                for plan, space in [("sim", "\n" * 9), ("pass", "")])


class Clones:
    """A bare repository, the clone of the server, and the clone of somebody else."""

    def __init__(self, place, weekahead):
        place.mkdir()
        self.weekahead = weekahead
        self.here, self.other = place / "here", place / "other"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(place), "TZ": "UTC",
                            "GIT_CONFIG_NOSYSTEM": "1"}
        (place / ".gitconfig").write_text(
            "[user]\nname = t\nemail = t@example.org\n[init]\ndefaultBranch = main\n")
        bare = place / "bare"
        run("git", "init", "--quiet", "--bare", bare, env=self.environment)
        run("git", "clone", "--quiet", bare, self.here, env=self.environment)
        (self.here / "sims.yaml").write_text(PLANS)
        self.git(self.here, "add", ".")
        self.git(self.here, "commit", "--quiet", "--message", "first")
        self.git(self.here, "push", "--quiet")
        run("git", "clone", "--quiet", bare, self.other, env=self.environment)

    def git(self, clone, *arguments):
        return run("git", "-C", clone, *arguments, env=self.environment).stdout.decode()

    def renew(self, plan, day="2026-10-05", clone=None, commit=("--commit",)):
        run(self.weekahead, "renew", plan, (clone or self.here) / "sims.yaml", "--today", day,
            *commit, env=self.environment)

    def command(self):
        return [DEPLOY / "weekahead-push", self.here]

    def push(self, code=0):
        left = run(*self.command(), code=code, env=self.environment)
        return (left.stdout + left.stderr).decode()

    def elsewhere(self, old, new):
        """Somebody else changes the list and pushes."""
        self.git(self.other, "pull", "--quiet", "--rebase")
        file = self.other / "sims.yaml"
        text = file.read_text()
        check(old in text, f"no {old} in {text}")
        file.write_text(text.replace(old, new, 1))
        self.git(self.other, "commit", "--quiet", "--all", "--message", "by hand")
        self.git(self.other, "push", "--quiet")

    def subjects(self, revision):
        return self.git(self.here, "log", "--format=%s", revision).splitlines()

    def is_pushed(self, subjects):
        """The upstream has these commits, and the clone is the same."""
        self.git(self.other, "pull", "--quiet", "--rebase")
        equal(self.git(self.other, "log", "--format=%s").splitlines(), subjects, "pushed")
        equal(self.git(self.other, "rev-parse", "HEAD"), self.git(self.here, "rev-parse", "HEAD"),
              "the newest commits")
        equal(self.git(self.here, "status", "--short"), "", "the state of the clone")


def pushes(place, weekahead):
    clones = Clones(place, weekahead)
    # What somebody who looks on would be asked by, or is told.
    for hook in ["pre-push", "pre-rebase", "post-rewrite", "reference-transaction", "post-checkout"]:
        path = clones.here / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n: > {place}/ran-{hook}\nexit 1\n")
        path.chmod(0o755)
    equal(clones.push(), "", "nothing to push")
    clones.renew("sim")
    equal(clones.push(), "", "one commit")
    sim = "Renew sim on 2026-10-05"
    clones.is_pushed([sim, "first"])

    # Others have pushed, and nothing is to be pushed from here.
    clones.elsewhere("name: pass", "name: Passport")
    equal(clones.push(), "", "what others have pushed")
    clones.is_pushed(["by hand", sim, "first"])

    # Both have commits.
    clones.elsewhere("name: sim", "name: SIM")
    clones.renew("pass")
    equal(clones.push(), "", "both have commits")
    both = ["Renew pass on 2026-10-05", "by hand", "by hand", sim, "first"]
    clones.is_pushed(both)
    text = (clones.here / "sims.yaml").read_text()
    check("name: SIM" in text and text.count("{on: 2026-10-05}") == 2, text)
    # The lists were never in a state of before: a renewal that is recorded in one would be lost.
    moves = clones.git(clones.here, "reflog", "--format=%gs")
    check("rebase" not in moves, moves)
    equal(len(clones.git(clones.here, "worktree", "list").splitlines()), 1, "the working trees")

    # A change that is not committed does not keep commits from being pushed.
    clones.renew("pass", "2026-11-05")
    clones.renew("sim", "2026-11-05", commit=())
    equal(clones.push(), "", "beside an uncommitted change")
    equal(clones.subjects("@{upstream}")[0], "Renew pass on 2026-11-05", "beside it, pushed")
    clones.elsewhere("name: SIM", "name: My SIM")
    said = clones.push(code=1)
    check("nothing was changed" in said and "not uptodate" in said, said)
    check("2026-11-05" in (clones.here / "sims.yaml").read_text(), "the change is lost")
    equal([path.name for path in place.glob("ran-*")], [], "hooks that ran")
    print("weekahead-push: pushed, and put on top of what others had pushed")


def stops_at_a_conflict(place, weekahead):
    clones = Clones(place, weekahead)
    clones.renew("sim")
    clones.elsewhere("renewed: 2026-07-05", "renewed: 2026-07-06")
    recorded, head = (clones.here / "sims.yaml").read_text(), clones.git(clones.here, "rev-parse", "HEAD")
    for _ in range(2):
        said = clones.push(code=1)
        check("cannot be put on top of the upstream's; nothing was changed\n" in said, said)
        equal((clones.here / "sims.yaml").read_text(), recorded, "the list after a conflict")
        equal(clones.git(clones.here, "rev-parse", "HEAD"), head, "HEAD after a conflict")
        equal(clones.git(clones.here, "status", "--short", "--branch"),
              "## main...origin/main [ahead 1, behind 1]\n", "the state after a conflict")
        equal(len(clones.git(clones.here, "worktree", "list").splitlines()), 1, "the working trees")
        equal(clones.git(clones.here, "symbolic-ref", "HEAD"), "refs/heads/main\n", "the branch")
    # Renewals go on meanwhile.
    clones.renew("pass")
    equal(clones.subjects("HEAD")[0], "Renew pass on 2026-10-05", "a renewal after a conflict")

    # A rebase of somebody's is left alone.
    left = run("git", "-C", clones.here, "rebase", "origin/main", code=1, env=clones.environment)
    check(b"CONFLICT" in left.stdout, left.stdout)
    equal(clones.push(code=1), f"{clones.here}: a rebase or a merge is not finished\n", "a rebase")
    clones.git(clones.here, "rebase", "--abort")
    clones.git(clones.here, "branch", "--unset-upstream")
    equal(clones.push(code=1), f"{clones.here}: the branch has no upstream: "
          "`git push -u REMOTE HEAD` gives it one\n", "no upstream")
    print("weekahead-push: stopped at a conflict, and changed nothing")


def waits_for_the_locks(place, weekahead):
    """The list is not touched while it is locked as the program locks it; nor while git's folder is."""
    for locked in ["sims.yaml", ".git"]:
        clones = Clones(place / locked, weekahead)
        clones.elsewhere("name: sim", "name: SIM")
        handle = os.open(clones.here / locked, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        child = start(*clones.command(), env=clones.environment)
        # It has fetched and waits in flock(1).
        until("a run that waits", lambda: is_waiting(child.pid), child)
        equal(clones.subjects("HEAD"), ["first"], "while it is locked")
        os.close(handle)
        equal(child.wait(20), 0, "the end of a run that waited")
        clones.is_pushed(["by hand", "first"])
    print("weekahead-push: waited for the locks")


def is_waiting(pid):
    """Whether a process, or one below it, waits for a lock."""
    with open("/proc/locks") as locks:
        # `-> FLOCK ADVISORY WRITE PID ...` is one that waits.
        waiting = {line.split()[5] for line in locks if " -> FLOCK " in line}
    found = {str(pid)}
    while True:
        below = {child for parent in found for child in children(parent)}
        if below <= found:
            return bool(found & waiting)
        found |= below


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return file.read().split()
    except OSError:
        # It has ended meanwhile.
        return []


if __name__ == "__main__":
    if tools := missing("flock", "git"):
        left_out(f"weekahead-push was not run: {', '.join(tools)} is not there")
        sys.exit(0)
    place = folder()
    weekahead = program(place)
    pushes(place / "pushes", weekahead)
    stops_at_a_conflict(place / "conflict", weekahead)
    (place / "locks").mkdir()
    waits_for_the_locks(place / "locks", weekahead)

"""deploy/plans.yml over a month of simulated days: the steps of its jobs, with the conditions that GitHub
would evaluate, a real git, and a stand-in for `gh` that keeps issues and comments in a file."""

import datetime
import json
import os
import re
import shutil
import sys
from contextlib import ExitStack

from harness import (
    DEPLOY,
    check,
    equal,
    folder,
    left_out,
    missing,
    pages,
    program,
    run,
)

try:
    import yaml
except ImportError:
    left_out("there is no python3-yaml, so the tickets were not run")
    sys.exit(0)

NAME = "kari/plans"
BOT = {"login": "github-actions[bot]", "type": "Bot"}
KARI = {"login": "kari", "type": "User"}
HOSTILE = "$(touch hurt) `touch hurt` \"; touch hurt; ' @all #1 <!-- weekahead -->"
PLANS = f"""calendar: {{id: 7f3a9c, timezone: Europe/Oslo}}
plans:
- id: sim  # stays
  name: Telenor Kontant
  renewed: 2026-09-20
  validity: 3 months
  price: 49 NOK
- id: {json.dumps(HOSTILE)}
  name: {json.dumps("@kari #1 " + HOSTILE)}
  expires: 2026-12-10
  validity: 1 month
  notes: "<!-- weekahead 00000000-0000-0000-0000-000000000000 -->"
- {{id: far, name: Far, expires: 2028-01-31, validity: 1 year}}
- {{id: pass, name: Passport, expires: 2028-01-31, validity: 10 years}}
"""

# What GitHub's API answers to `gh api`, for a token with the rights in RIGHTS.
GH = r"""
import json, os, subprocess, sys

arguments = sys.argv[1:]
assert arguments.pop(0) == "api", arguments
method, query, path, silent, paginate, body = "GET", None, None, False, False, None
while arguments:
    argument = arguments.pop(0)
    if argument == "--method":
        method = arguments.pop(0)
    elif argument == "--jq":
        query = arguments.pop(0)
    elif argument == "--input":
        assert arguments.pop(0) == "-"
        body = json.load(sys.stdin)
    elif argument == "--silent":
        silent = True
    elif argument == "--paginate":
        paginate = True
    else:
        assert path is None, argument
        path = argument
assert os.environ["GH_TOKEN"] == "the-token"
state = json.load(open(os.environ["STATE"]))
root = f"repos/{os.environ['NAME']}"
assert path == root or path.startswith(root + "/"), path
path = path[len(root):]
rights = json.loads(os.environ["RIGHTS"])
if method != "GET":
    assert rights.get("issues") == "write", (method, path, rights)
    assert state["open"], "issues are switched off"
issues = state["issues"]


def issue():
    number = int(path.split("/")[2])
    return issues[number - 1]


if (method, path) == ("GET", ""):
    answer = {"private": state["private"]}
elif (method, path) == ("GET", "/issues?state=all&per_page=100"):
    assert paginate
    answer = issues
elif (method, path) == ("POST", "/issues"):
    assert set(body) == {"title", "body"} and len(body["title"]) <= 256, body
    answer = {"number": len(issues) + 1, "state": "open", "assignees": [], "comments": [],
              "user": {"login": "github-actions[bot]", "type": "Bot"}, "edits": 0, **body}
    issues.append(answer)
elif (method, path.count("/")) == ("PATCH", 2):
    answer = issue()
    assert set(body) <= {"title", "body", "state"}, body
    answer.update(body)
    answer["edits"] += 1
elif method == "POST" and path.endswith("/assignees"):
    answer = issue()
    if body["assignees"] != ["kari"]:
        sys.exit("gh: Validation Failed (HTTP 422)")
    answer["assignees"] = body["assignees"]
elif method == "POST" and path.endswith("/comments"):
    answer = issue()
    answer["comments"].append(body["body"])
else:
    raise AssertionError((method, path))
json.dump(state, open(os.environ["STATE"], "w"))
if not silent:
    text = json.dumps(answer)
    if query:
        text = subprocess.run(["jq", "-rc", query], input=text, text=True, check=True,
                              capture_output=True).stdout.rstrip("\n")
    print(text)
"""
WEEKAHEAD = """#!/bin/sh
command=$1
shift
case $command in
  list | reply | renew | build) exec "$PROGRAM" "$command" --today "$TODAY" "$@" ;;
  *) exec "$PROGRAM" "$command" "$@" ;;
esac
"""


class Expression:
    """An expression of a workflow, for the names that a run knows."""

    TOKENS = re.compile(r"'(?:[^']|'')*'|&&|\|\||==|!=|!|[(),]|[A-Za-z_][\w.-]*|\s+")

    def __init__(self, known, failed=False):
        self.known = known
        self.functions = {
            "startsWith": lambda text, start: str(text or "").lower().startswith(start.lower()),
            "contains": lambda all_, one: one in all_,
            "fromJSON": json.loads,
            "always": lambda: True,
            "failure": lambda: failed,
            "cancelled": lambda: False,
        }

    def evaluate(self, text):
        text = text.strip().removeprefix("${{").removesuffix("}}").strip()
        found = self.TOKENS.findall(text)
        equal("".join(found), text, "an expression that the test can read")
        operators = {"&&": " and ", "||": " or ", "!": " not "}
        parts = []
        for token in found:
            if token.startswith("'"):
                parts.append(repr(token[1:-1].replace("''", "'")))
            elif token in self.functions:
                parts.append(f"functions[{token!r}]")
            elif token[0].isalpha():
                parts.append(f"look_up({token!r})")
            else:
                parts.append(operators.get(token, token.strip()))
        names = {"functions": self.functions, "look_up": self.look_up}
        return eval("".join(parts), {"__builtins__": {}}, names)

    def look_up(self, name):
        value = self.known
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def fill(self, text):
        def filled(match):
            value = self.evaluate(match[1])
            return "" if value is None else str(value).replace("True", "true")
        return re.sub(r"\$\{\{(.+?)\}\}", filled, str(text))


class GitHub:
    """A repository with the workflow, and what GitHub keeps of it."""

    def __init__(self, place, weekahead, plans=PLANS):
        place.mkdir()
        self.place, self.weekahead = place, weekahead
        self.workflow = yaml.safe_load((DEPLOY / "plans.yml").read_text())
        self.state = place / "state"
        self.save({"private": True, "open": True, "issues": []})
        self.bin = place / "bin"
        self.bin.mkdir()
        for name, text in [("gh", f"#!{sys.executable}\n{GH}"), ("weekahead", WEEKAHEAD)]:
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        self.today = datetime.date(2026, 12, 1)
        self.assignee = None
        # What failed steps have said.
        self.failures = []
        self.checkouts = 0
        self.environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(place), "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "CI": "true", "GITHUB_ACTIONS": "true",
            "PROGRAM": str(weekahead), "STATE": str(self.state), "NAME": NAME,
        }
        self.remote = place / "remote"
        self.git(place, "init", "--quiet", "--bare", "--initial-branch=main", "remote")
        self.commit(plans, "first")

    def git(self, where, *arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        return run("git", *identity, *arguments, cwd=where, env=self.environment).stdout.decode()

    def commit(self, plans, message):
        clone = self.place / "mine"
        shutil.rmtree(clone, ignore_errors=True)
        self.git(self.place, "clone", "--quiet", "remote", "mine")
        self.git(clone, "checkout", "--quiet", "-B", "main")
        (clone / "plans.yaml").write_text(plans)
        self.git(clone, "add", "plans.yaml")
        self.git(clone, "commit", "--quiet", "--message", message)
        self.git(clone, "push", "--quiet", "origin", "main")

    def plans(self):
        return self.git(self.remote, "show", "main:plans.yaml")

    def log(self):
        return self.git(self.remote, "log", "--format=%an: %s", "main").splitlines()

    def load(self):
        return json.loads(self.state.read_text())

    def save(self, state):
        self.state.write_text(json.dumps(state))

    def issues(self):
        return self.load()["issues"]

    def change(self, number, **fields):
        state = self.load()
        state["issues"][number - 1].update(fields)
        self.save(state)

    def open_issue(self, title, body, user=KARI, pull_request=None):
        state = self.load()
        issue = {"number": len(state["issues"]) + 1, "title": title, "body": body, "user": user,
                 "state": "open", "comments": [], "assignees": [], "edits": 0}
        if pull_request:
            issue["pull_request"] = pull_request
        state["issues"].append(issue)
        self.save(state)
        return issue["number"]

    def comment(self, number, body, user=KARI, association="OWNER", checkouts=None, cancelled=None):
        """Somebody comments; gives the jobs that ran."""
        issue = self.issues()[number - 1]
        event = {"action": "created", "issue": issue,
                 "comment": {"body": body, "user": user, "author_association": association}}
        return self.event("issue_comment", event, user["login"], checkouts, cancelled=cancelled)

    def opened(self, title, body, user=KARI, association="OWNER"):
        number = self.open_issue(title, body, user)
        issue = self.issues()[number - 1] | {"author_association": association}
        ran = self.event("issues", {"action": "opened", "issue": issue}, user["login"])
        return number, ran

    def event(self, name, event=None, actor="kari", checkouts=None, inputs=None, cancelled=None):
        """Runs the jobs of an event, each after those that it needs, without one that GitHub has
        cancelled in its queue. Gives name → result."""
        triggers = self.workflow[True]
        check(name in triggers, f"{name} starts nothing")
        types = triggers[name].get("types") if isinstance(triggers[name], dict) else None
        check(types is None or event["action"] in types, f"{name} starts nothing")
        known = {"github": {
            "event_name": name, "event": event or {}, "actor": actor, "actor_id": "7",
            "repository": NAME, "repository_owner": "kari", "ref": "refs/heads/main",
            "ref_name": "main", "token": "the-token", "run_id": "1",
            "server_url": "https://github.com"},
            "vars": {"PLANS_ASSIGNEE": self.assignee}, "inputs": inputs or {},
            "secrets": {"WEEKAHEAD_KEY": "0123456789abcdef" * 2}, "runner": {"os": "Linux"},
            "needs": {}}
        jobs = self.workflow["jobs"]
        results = {}
        for job, body in jobs.items():
            needs = [body["needs"]] if isinstance(body.get("needs"), str) else body.get("needs", [])
            all_needs = {need: known["needs"][need] for need in needs}
            failed = any(need["result"] == "failure" for need in all_needs.values())
            context = Expression(known | {"needs": all_needs}, failed)
            is_status = re.search(r"\b(always|failure|cancelled)\(", body.get("if", ""))
            blocked = not is_status and any(
                need["result"] != "success" for need in all_needs.values())
            if blocked or not context.evaluate(body.get("if", "always()")):
                known["needs"][job] = {"result": "skipped", "outputs": {}}
                continue
            if job == cancelled:
                known["needs"][job] = {"result": "cancelled", "outputs": {}}
                continue
            checkout = (checkouts or {}).get(job)
            with ExitStack() as served:
                result = self.job(job, body, known | {"needs": all_needs}, served, checkout)
            known["needs"][job] = result
            results[job] = result["result"]
        return results

    def checkout(self):
        self.checkouts += 1
        name = f"work{self.checkouts}"
        self.git(self.place, "clone", "--quiet", "--branch", "main", "remote", name)
        return self.place / name

    def job(self, name, body, known, served, work=None):
        known = known | {"steps": {}}
        context = Expression(known)
        rights = body.get("permissions", self.workflow["permissions"])
        failed = False
        for step in body["steps"]:
            if failed or not context.evaluate(step.get("if", "always()")):
                continue
            if step.get("uses", "").startswith("actions/checkout@"):
                if work is None:
                    work = self.checkout()
                if "pull_request" not in known["github"]["event_name"]:
                    ref = context.fill(step.get("with", {}).get("ref", "main"))
                    equal(ref, "main", f"{name}: the checkout")
                continue
            if step.get("uses", "").startswith("actions/deploy-pages@"):
                url = served.enter_context(pages(work / "site"))
                known["steps"][step["id"]] = {"outputs": {"page_url": f"{url}/"}}
                continue
            if "run" not in step:
                continue
            output = self.place / "output"
            output.write_text("")
            environment = dict(self.environment)
            for variables in [self.workflow["env"], body.get("env", {}), step.get("env", {})]:
                environment |= {key: context.fill(value) for key, value in variables.items()}
            environment |= {"GITHUB_OUTPUT": str(output), "TODAY": str(self.today),
                            "RIGHTS": json.dumps(rights)}
            # Only a job that may write contents can push.
            if rights.get("contents") != "write":
                environment["GIT_ALLOW_PROTOCOL"] = "none"
            left = run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"],
                       code=None, cwd=work or self.place, env=environment)
            failed = left.returncode != 0
            if failed:
                self.failures.append(f"{name}: {(left.stdout + left.stderr).decode()}")
            known["steps"][step.get("id", step["name"])] = {"outputs": outputs(output)}
        check(not (self.place / "hurt").exists() and not (work and (work / "hurt").exists()),
              "a text became a command")
        return {"result": "failure" if failed else "success",
                "outputs": {key: context.fill(value)
                            for key, value in body.get("outputs", {}).items()}}


def outputs(file):
    """What a step has written into GITHUB_OUTPUT."""
    found, lines = {}, iter(file.read_text().split("\n"))
    for line in lines:
        if "<<" in line and "=" not in line.split("<<")[0]:
            name, mark = line.split("<<", 1)
            text = []
            while (part := next(lines)) != mark:
                text.append(part)
            found[name] = "\n".join(text)
        elif line:
            name, text = line.split("=", 1)
            found[name] = text
    return found


def tickets(github):
    return [(issue["title"], issue["state"]) for issue in github.issues()
            if issue["user"] == BOT]


def month(place, weekahead):
    github = GitHub(place / "month", weekahead)
    hostile = "@kari #1 " + HOSTILE
    foreign = github.open_issue("Foreign", "<!-- weekahead 00000000-0000-0000-0000-000000000000 -->")
    for day in range(1, 32):
        github.today = datetime.date(2026, 12, day)
        equal(github.event("schedule"), {"check": "success", "tickets": "success",
                                         "publish": "success"}, f"{github.today}")
        # The same day again changes nothing.
        edits = [issue["edits"] for issue in github.issues()]
        github.event("push")
        equal([issue["edits"] for issue in github.issues()], edits, f"{github.today} again")
        seen = tickets(github)
        if day < 3:
            equal(seen, [], f"{github.today}")
        if day == 3:
            equal(seen, [(f"{hostile}: 7 days left", "open")], "the first ticket")
            issue = github.issues()[1]
            equal(issue["assignees"], ["kari"], "who it is assigned to")
            marker = re.match(r"<!-- weekahead [0-9a-f-]{36} -->\n\n\*\*7 days left\*\*\n\n", issue["body"])
            check(marker, issue["body"])
            equal(issue["body"].count("<!--"), 1 + issue["body"].count("`<!--`"), issue["body"])
        if day == 4:
            equal(seen, [(f"{hostile}: 6 days left", "open")], "the day after")
        if day == 5:
            ran = github.comment(2, f"/renewed 2026-12-05 {HOSTILE}\n2026-01-01 99 NOK")
            equal(ran, {"renew": "success", "answer": "success", "tickets": "success",
                        "publish": "success"}, "a hostile comment")
            issue = github.issues()[1]
            equal(len(issue["comments"]), 1, "answers")
            check("renewed on 2026-12-05, expires on 2027-01-05 (before: 2026-12-10)"
                  in issue["comments"][0], issue["comments"])
            equal(issue["state"], "closed", "the ticket after the renewal")
            [note] = yaml.safe_load(github.plans())["plans"][1]["history"]
            equal(note["note"], HOSTILE, "the note")
            equal(github.log()[0].split(":")[0], "kari", "whose commit it is")
        if 5 < day < 13 or 17 < day < 29:
            check(all(state == "closed" for _, state in seen), f"{github.today}: {seen}")
        if day == 13:
            equal(seen[1], ("Telenor Kontant: 7 days left", "open"), "the second ticket")
            github.change(3, state="closed")
        if day == 14:
            equal(seen[1], ("Telenor Kontant: 6 days left", "open"), "closed by hand")
            # Somebody has spoilt the title and the text; the marker is still there.
            body = github.issues()[2]["body"].replace("\n", "\r\n") + "\r\nmore"
            github.change(3, title="x", body=body)
        if day == 15:
            equal(seen[1], ("Telenor Kontant: 5 days left", "open"), "the title again")
            check("more" not in github.issues()[2]["body"], "the text again")
            nothing_is_recorded(github, 3, foreign)
        if day == 17:
            ran = github.comment(3, "/renewed yesterday 49 by card", association="COLLABORATOR")
            equal(ran["renew"], "success", "a comment")
            issue = github.issues()[2]
            equal((issue["title"], issue["state"]), ("Telenor Kontant: 3 days left", "closed"), "it")
            equal(issue["comments"][-1],
                  "Recorded:\n\n- Telenor Kontant: renewed on 2026-12-16, expires on 2027-03-16 "
                  "(before: 2026-12-20); next warning on 2027-03-09, in 82 days", "the answer")
            text = github.plans()
            check('{on: 2026-12-16, paid: 49 NOK, note: "by card"}' in text, text)
            check("- id: sim  # stays\n" in text, text)
            equal(github.log()[0], "kari: Renew sim on 2026-12-16", "the commit")
        if day in (29, 30):
            equal(seen[0], (f"{hostile}: {36 - day} days left", "open"), "due again")
        # Never a second one for the same plan, and the foreign one is left alone.
        equal(len(seen), 0 if day < 3 else 1 if day < 13 else 2, f"tickets on {github.today}")
        equal(github.issues()[0]["edits"], 0, "the foreign issue")
    print("plans.yml: a month of tickets: opened, updated, closed, opened again, recorded by comments")
    return github


def nothing_is_recorded(github, ticket, foreign):
    """Comments that may not record, and comments that are refused."""
    before, log = github.plans(), github.log()
    for association in ["NONE", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR"]:
        equal(github.comment(ticket, "/renewed", association=association), {}, association)
    for body in ["thanks", "done\n/renewed", "renewed"]:
        equal(github.comment(ticket, body), {}, body)
    for user in [BOT, {"login": "dependabot[bot]", "type": "Bot"}]:
        equal(github.comment(ticket, "/renewed", user, "COLLABORATOR"), {}, user["login"])
    equal(github.comment(foreign, "/renewed"), {}, "a foreign issue with a marker")
    unmarked = github.open_issue("Of another workflow", "hello", BOT)
    equal(github.comment(unmarked, "/renewed"), {}, "an issue of the bot without a marker")
    body = github.issues()[ticket - 1]["body"]
    pull = github.open_issue("A pull request", body, BOT, {"url": "x"})
    equal(github.comment(pull, "/renewed"), {}, "a pull request")
    github.change(unmarked, user=KARI)
    github.change(pull, user=KARI)
    equal(github.opened("sim", "/renewed", association="NONE")[1], {}, "an issue of a stranger")
    equal(github.opened("sim", "/renewed", BOT)[1], {}, "an issue of a bot")
    github.change(len(github.issues()), user=KARI)
    equal(github.opened("sim", "hello")[1], {}, "an issue about something else")

    answered = {"renew": "success", "answer": "success"}
    for text, said in [
        ("/renewed 2027-01-01", "2027-01-01"),
        ("/renewed 31.12.2026", "the day `31.12.2026`"),
        ("/renewed 1,299", "the amount `1,299`"),
        ("/renewedx", "the comment begins with `/renewedx`"),
    ]:
        equal(github.comment(ticket, text), answered, text)
        answer = github.issues()[ticket - 1]["comments"][-1]
        check(answer.startswith("Not recorded:\n\n    ") and said in answer, answer)
    number, ran = github.opened("$(touch hurt)", "/renewed")
    equal(ran, answered, "an unknown plan")
    issue = github.issues()[number - 1]
    check("no plan in `plans.yaml` has the id or the name `$(touch hurt)`" in issue["comments"][0], issue)
    equal(issue["state"], "open", "an issue that recorded nothing")

    state = github.load()
    github.save(state | {"private": False})
    equal(github.comment(ticket, "/renewed"), answered, "in public")
    check("this repository is public" in github.issues()[ticket - 1]["comments"][-1], "in public")
    github.save(github.load() | {"private": True})
    equal((github.plans(), github.log()), (before, log), "the list")


def at_once(place, weekahead):
    """Two comments whose runs have checked out the same commit."""
    plans = PLANS.replace("2028-01-31", "2026-12-04").replace("2026-09-20", "2026-09-04")
    github = GitHub(place / "once", weekahead, plans)
    github.event("schedule")
    numbers = {issue["title"].split(":")[0]: issue["number"] for issue in github.issues()}
    first, second, third = [github.checkout() for _ in range(3)]
    equal(github.comment(numbers["Far"], "/renewed", checkouts={"renew": first})["renew"],
          "success", "the first")
    equal(github.comment(numbers["Telenor Kontant"], "/renewed", checkouts={"renew": second})["renew"],
          "success", "the second, put on top of the first")
    equal(github.log()[:2], ["kari: Renew sim on 2026-12-01", "kari: Renew far on 2026-12-01"], "both")
    ran = github.comment(numbers["Far"], "/renewed yesterday", checkouts={"renew": third})
    check("CONFLICT" in github.failures[-1], github.failures)
    equal(ran, {"renew": "failure", "answer": "success"}, "one that meets another renewal of its plan")
    answer = github.issues()[numbers["Far"] - 1]["comments"][-1]
    check(answer.startswith("Not recorded: the run has failed") and
          "https://github.com/kari/plans/actions/runs/1" in answer, answer)
    equal(len(github.log()), 3, "commits")
    # A third in the queue.
    ran = github.comment(numbers["Passport"], "/renewed", cancelled="renew")
    equal(ran, {"answer": "success"}, "one that was dropped from the queue")
    answer = github.issues()[numbers["Passport"] - 1]["comments"][-1]
    check("another renewal came before it" in answer, answer)
    # In turn, as GitHub runs them, the second is refused by the program.
    ran = github.comment(numbers["Far"], "/renewed")
    equal(ran, {"renew": "success", "answer": "success"}, "the same again")
    check("Not recorded:\n\n    " in github.issues()[numbers["Far"] - 1]["comments"][-1], "again")
    equal(len(github.log()), 3, "commits")
    print("plans.yml: two renewals at once: both recorded, or one answered as not recorded")


def other_ways(place, weekahead):
    """The link of an event, the form, a broken list, and who is assigned."""
    edit = "https://github.com/kari/plans/issues/new?title={id}&body=%2Frenewed"
    check(edit.replace("kari/plans", "ME/PLANS") in (DEPLOY / "plans.yml").read_text(), "the link")
    plans = PLANS.replace("calendar: {", f"calendar: {{edit: '{edit}', ")
    github = GitHub(place / "ways", weekahead, plans)
    run(weekahead, "check", github.place / "mine" / "plans.yaml", env=github.environment)
    number, ran = github.opened("sim", "/renewed\n\nwritten on the phone")
    equal(ran, {"renew": "success", "answer": "success", "tickets": "success",
                "publish": "success"}, "an event's link")
    issue = github.issues()[number - 1]
    equal(issue["state"], "closed", "the issue of a link")
    check("expires on 2027-03-01" in issue["comments"][0], issue)
    # Its id is not readable, and is one all the same.
    number, _ = github.opened(f" {HOSTILE} ", "/renewed")
    equal(github.issues()[number - 1]["state"], "closed", "a hostile id")

    equal(github.event("workflow_dispatch", inputs={"id": "far", "date": "yesterday", "paid": "9 EUR",
                                                    "receipt": HOSTILE})["renew"], "success", "the form")
    check("on: 2026-11-30, paid: 9 EUR" in github.plans(), github.plans())
    log = github.log()
    for text in ["far", "--help", HOSTILE + "x"]:
        equal(github.event("workflow_dispatch", inputs={"id": text, "date": "yesterday"}),
              {"renew": "failure"}, text)
    equal(github.log(), log, "the form again")

    github.today = datetime.date(2028, 1, 1)
    github.assignee = "nobody"
    github.event("schedule")
    open_ = [issue for issue in github.issues() if issue["state"] == "open"]
    check(len(open_) > 2 and all(issue["assignees"] == [] for issue in open_), open_)
    github.assignee = "kari"
    github.commit("- {name: A, expires: 2026-02-30}\n", "broken")
    equal(github.event("schedule"), {"check": "failure", "tickets": "failure",
                                     "publish": "failure"}, "a broken list")
    check("--> plans.yaml:1:22" in "".join(github.failures[-3:]), github.failures)
    equal([issue for issue in github.issues() if issue["state"] == "open"], open_, "its tickets")
    github.commit(plans, "mended")
    github.save(github.load() | {"open": False})
    equal(github.event("schedule")["tickets"], "failure", "a repository without issues")
    print("plans.yml: an event's link, the form, a broken list")


if __name__ == "__main__":
    if tools := missing("bash", "git", "jq"):
        left_out(f"the tickets were not run: {', '.join(tools)} is not there")
        sys.exit(0)
    place = folder()
    weekahead = program(place)
    month(place, weekahead)
    at_once(place, weekahead)
    other_ways(place, weekahead)

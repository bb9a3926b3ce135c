"""deploy/compose.yaml without a daemon of containers: read as Compose reads it, the command of the program
run with its places put into a folder, and a real Caddy before it with the configuration that is in it."""

import os
import re
import shutil
import subprocess
import sys

from harness import (
    DEPLOY,
    Lists,
    ask,
    check,
    equal,
    find,
    folder,
    left_out,
    listens,
    missing,
    port,
    program,
    run,
    start,
    stop,
    until,
)

try:
    import yaml
except ImportError:
    left_out("there is no python3-yaml, so compose.yaml was not read")
    sys.exit(0)

HOST = "cal.example.org"


def filled(value, variables):
    """A value with its variables filled in, as Compose does it."""
    if isinstance(value, dict):
        return {name: filled(part, variables) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, variables) for part in value]
    if not isinstance(value, str):
        return value

    def variable(match):
        name, operator, text = match.groups()
        if variables.get(name):
            return variables[name]
        if operator == ":?":
            raise KeyError(text)
        check(operator == ":-", f"{value}: {name} is not set")
        return text

    value = re.sub(r"\$\{(\w+)(:[-?])?([^}]*)\}", variable, value)
    check("$" not in value.replace("$$", ""), value)
    return value.replace("$$", "$")


def instruction(name):
    [found] = re.findall(rf"^{name} (.+)$", (DEPLOY / "Containerfile").read_text(), re.M)
    return found


def reads_well(raw):
    for variables in [{}, {"TZ": "Asia/Shanghai"}]:
        try:
            filled(raw, variables)
        except KeyError as why:
            check("HOST=" in str(why), why)
        else:
            sys.exit("a missing HOST is not said")
    config = filled(raw, {"HOST": HOST})
    services = config["services"]
    equal(set(services), {"weekahead", "caddy"}, "the services")
    ours, caddy = services["weekahead"], services["caddy"]
    equal((ours["environment"]["TZ"], filled(raw, {"HOST": HOST, "TZ": "Asia/Shanghai"})
           ["services"]["weekahead"]["environment"]["TZ"]), ("UTC", "Asia/Shanghai"), "TZ")
    build = ours["build"]
    check((DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "Containerfile"), build)
    check("ports" not in ours, "the program is reached without the proxy")
    # The key is a secret and the lists are not the service's to write.
    mounts = [mount.split(":") for mount in ours["volumes"]]
    equal({target: rest for _, target, *rest in mounts},
          {"/plans": ["ro"], "/key": ["ro"], "/state": []}, "what is mounted")
    equal(instruction("VOLUME"), '["/state"]', "the image's volume")
    named = {mount.split(":")[0] for service in services.values() for mount in service["volumes"]
             if not mount.startswith(".")}
    equal(named, set(config["volumes"]), "the volumes")
    equal({one["source"] for one in caddy["configs"]}, set(config["configs"]), "the configurations")
    equal(caddy["depends_on"], {"weekahead": {"condition": "service_healthy"}}, "what Caddy waits for")
    user = instruction("USER")
    check(f"chown {user} key" in (DEPLOY / "compose.yaml").read_text(), f"the key is not {user}'s")
    return config


def runs(config, place, weekahead):
    lists = Lists(place, weekahead)
    (place / "state").mkdir()
    at = port()
    equal(instruction("ENTRYPOINT"), '["/weekahead"]', "the image's entry point")
    places = {"/plans": str(lists.plans), "0.0.0.0:8080": f"127.0.0.1:{at}", "/key": str(lists.key),
              "/state": str(place / "state")}
    command = []
    for part in config["services"]["weekahead"]["command"]:
        name, sign, value = part.rpartition("=")
        command.append(name + sign + places.get(value, value))
    check(all(f"={value}" in " ".join(command) for value in list(places.values())[1:]), command)
    # As in the image: no files of time zones are needed, and it is the zone of TZ.
    environment = lists.environment | config["services"]["weekahead"]["environment"]
    server = start(weekahead, *command, env=environment, stdout=subprocess.PIPE,
                   stderr=open(place / "log", "w"))
    greeting = server.stdout.readline().decode()
    check("Serving 2 feeds" in greeting, greeting + (place / "log").read_text())
    if missing("caddy", "openssl"):
        return left_out("there is no caddy or no openssl, so Caddy was not run")

    text = config["configs"]["caddyfile"]["content"]
    plain, tls = port(), port()
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
        "-keyout", place / "key.pem", "-out", place / "certificate.pem")
    for old, new in [
        ("{\n\tlog {", f"{{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\thttp_port {plain}\n"
         f"\thttps_port {tls}\n\tlog {{"),
        (f"\n{HOST} {{\n", f"\n{HOST} {{\n\ttls {place}/certificate.pem {place}/key.pem\n"),
        ("weekahead:8080", f"127.0.0.1:{at}"),
    ]:
        equal(text.count(old), 1, old)
        text = text.replace(old, new)
    (place / "Caddyfile").write_text(text)
    log = place / "caddy.log"
    caddy = start(find("caddy"), "run", "--config", place / "Caddyfile", "--adapter", "caddyfile",
                  stdout=open(log, "w"), stderr=subprocess.STDOUT,
                  env={"PATH": os.environ["PATH"], "HOME": str(place), "XDG_DATA_HOME": str(place),
                       "XDG_CONFIG_HOME": str(place)})
    until("Caddy", lambda: listens(tls), caddy, log)
    token = lists.token("sims")
    answer = ask(tls, f"/{token}/sims.ics", HOST, tls=True)
    equal((answer.status, answer.body), (200, lists.feed("sims")), "the feed behind Caddy")
    page = ask(tls, f"/{token}/sims", HOST, tls=True).body.decode()
    check(f"https://{HOST}/{token}/sims.ics" in page, "the page has not the address of HOST")
    answer = ask(plain, f"/{token}/sims.ics", HOST)
    equal((answer.status, answer["Location"]), (308, f"https://{HOST}/{token}/sims.ics"), "by HTTP")
    equal(stop(server), 0, "the code of the program")
    equal(ask(tls, f"/{token}/sims.ics", HOST, tls=True).status, 502, "without the program")
    equal(stop(caddy), 0, "the code of Caddy")
    said = log.read_text() + (place / "log").read_text()
    check(token not in said, f"a secret is in a log: {said}")
    print("compose.yaml: its command served behind its Caddy")


def zones(place, weekahead):
    """In a root with nothing but the program, TZ is a zone; a name that is none is said."""
    if os.geteuid() != 0 or missing("chroot"):
        return left_out("TZ was not tried without files of zones: that needs root and chroot")
    root = place / "root"
    (root / "p").mkdir(parents=True)
    shutil.copy(weekahead, root / "weekahead")
    libraries = run("ldd", weekahead, code=None).stdout.decode()
    for library in re.findall(r"(/\S+) \(0x", libraries):
        copy = root / library.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, copy)
    (root / "p" / "plans.yaml").write_text("- {name: x, expires: 2026-11-29}\n")
    check(not (root / "usr/share/zoneinfo").exists(), "there are files of zones")

    def today(zone):
        said = run(find("chroot"), root, "/weekahead", "list", "/p/plans.yaml", "--json",
                   env={"TZ": zone} if zone else {}).stdout.decode()
        return re.search(r'"today": "([\d-]+)"', said)[1]

    # 26 hours apart, so these never have the same day; UTC has the day of one of them.
    east, west = today("Pacific/Kiritimati"), today("Etc/GMT+12")
    check(west < east, f"{west} is not before {east}")
    run(find("chroot"), root, "/weekahead", "list", "/p/plans.yaml", env={"TZ": "America/New_York"})
    left = run(find("chroot"), root, "/weekahead", "list", "/p/plans.yaml", code=2, env={"TZ": "Asia/Shangahi"})
    check(b"did you mean `Asia/Shanghai`" in left.stderr, left.stderr)
    print("TZ: read without files of time zones")


if __name__ == "__main__":
    place = folder()
    weekahead = program(place)
    config = reads_well(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))
    runs(config, place, weekahead)
    zones(place, weekahead)
    print("NOT RUN: Compose itself")

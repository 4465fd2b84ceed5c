"""The checks of snippets see what is wrong, and nothing in what is right."""

from __future__ import annotations

import pytest
import validators
from flags import findings
from manuals import manual
from shell_commands import commands, heredocs


def words(script):
    return [" ".join(command.words) for command in commands(script)]


def test_every_command_of_a_script_is_seen():
    script = """\
A=$(git log -1) docker build \\
  --tag "$NAME" . && sudo podman save x | podman load <in 2>&1
for each in a b; do docker rm "$(docker ps -q)"; done
sh -c 'ls "$(podman mount {{container}})"'
"""
    found = [(command.line, " ".join(command.words)) for command in commands(script)]
    assert sorted(found) == sorted(
        [
            (0, "docker build --tag $NAME ."),
            (0, "git log -1"),
            (1, "sudo podman save x"),
            (1, "podman load"),
            (2, "docker rm $(docker ps -q)"),
            (2, "docker ps -q"),
            (3, 'sh -c ls "$(podman mount PLACEHOLDER)"'),
            (3, "ls $(podman mount PLACEHOLDER)"),
            (3, "podman mount PLACEHOLDER"),
        ]
    )


def test_quotes_and_escapes_are_taken_off():
    assert words(r"""docker run -e "A=b c" --name='d' e\ f""") == ["docker run -e A=b c --name=d e f"]


def test_heredocs_are_seen_with_their_lines():
    script = "true\nkubectl apply -f - <<EOF\nkind: Pod\nEOF\n"
    assert list(heredocs(script)) == [(2, "kind: Pod\n")]


def test_a_page_in_the_manner_of_docker_is_read():
    page = """\
Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

Options:
  -d, --detach                Run in the background,
                              --unlike others
      --dry-run string[="client"]   Simulate
  -e, --env list              Set environment variables
"""
    found = manual(page)
    assert found.flags == {
        "--help": False,
        "-d": False,
        "--detach": False,
        "--dry-run": False,
        "-e": True,
        "--env": True,
    }
    assert (found.has_commands, found.own_words) == (False, 1)


def test_a_page_in_the_manner_of_kubectl_is_read():
    page = """\
Options:
    -c, --container='':
\tContainer name.

    -i, --stdin=false:
\tPass stdin.

Usage:
  kubectl exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]
"""
    found = manual(page)
    assert found.flags == {"--help": False, "-c": True, "--container": True, "-i": False, "--stdin": False}
    assert found.own_words is None


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("docker run --rm --detatch nginx", "docker run: no flag --detatch"),
        ("docker run -itZ nginx", "docker run: no flag -Z"),
        ("docker ps --context x", "docker ps: no flag --context"),
        ("docker build --chek .", "docker build: no flag --chek"),
        (
            "docker buildx imagetools create --platfrom x y",
            "docker buildx imagetools create: no flag --platfrom",
        ),
        ("docker compose up --waiting", "docker compose up: no flag --waiting"),
        ("docker compose upp", "docker compose: no command upp"),
        ("docker volumes ls", "docker: no command volumes"),
        ("podman compose up --waiting", "podman compose up: no flag --waiting"),
        ("sudo podman run --usernss=keep-id x", "podman run: no flag --usernss"),
        ("buildah from --piull x", "buildah from: no flag --piull"),
        ("skopeo copy --al a b", "skopeo copy: no flag --al"),
        ("kubectl get pods -o wide --all-namespace", "kubectl get: no flag --all-namespace"),
        ("kubectl -n x rollout reboot deploy/x", "kubectl rollout: no command reboot"),
        ("kubectl exec x -- kubectl get -Y", "kubectl get: no flag -Y"),
        ("docker run alpine podman ps --alll", "podman ps: no flag --alll"),
        ("helm upgrade x y --instal", "helm upgrade: no flag --instal"),
        ("helm get value x", "helm get: no command value"),
        ("aws ecs list-tasks --clutser x", "aws ecs list-tasks: no flag --clutser"),
        ("aws --region eu-west-1 ecs list-task", "aws ecs: no command list-task"),
        ("aws eks update-kubeconfig --nam x", "aws eks update-kubeconfig: no flag --nam"),
        ("kubectl get pods | xargs -n 1 kubectl delete --forced", "kubectl delete: no flag --forced"),
    ],
)
def test_what_a_program_does_not_know_is_found(script, expected, manuals):
    assert [each for command in commands(script) for each in findings(command.words, manuals)] == [expected]


@pytest.mark.parametrize(
    "script",
    [
        "docker --context x run -itp8080:80 -e A --name=web nginx nginx -Z --no-such",
        "docker compose -f a.yaml --profile x exec -T db psql --no-such",
        "docker stop --timeout 30 x && docker COMMAND --no-such",
        "podman --log-level debug run --userns keep-id x sh -Z",
        "podman ps --log-level debug",
        "podman unshare --rootless-netns ip --no-such",
        "kubectl --context x -n y get pods --as z -A",
        "kubectl exec -it x -c y -- ls --no-such",
        "kubectl run x --rm -it --image=y -- z --no-such",
        "helm upgrade --install x y --wait --timeout 5m --kube-context z",
        "aws ecs wait services-stable --cluster x --services y z --region w",
        "aws logs tail x --follow --since 10m",
        "apt-get install --no-such podman",
    ],
)
def test_what_a_program_knows_is_left_alone(script, manuals):
    assert [each for command in commands(script) for each in findings(command.words, manuals)] == []


@pytest.mark.parametrize(
    "wrong", ["FORM a", "FROM a\nUSRE b", "FROM a\nCOPY --form=b c d", "FROM a\nRUN --cache=x y"]
)
def test_a_wrong_dockerfile_is_found(wrong, programs):
    assert len(validators.dockerfile(programs, f"{wrong}\n")) == 1


def test_a_right_dockerfile_is_left_alone(programs):
    code = """\
# syntax=docker/dockerfile:1
FROM a
RUN --mount=type=secret,id=x,env=X <<EOF
set -e
EOF
COPY --parents --exclude=*.md --chmod=755 --link a b/
ADD --checksum=sha256:x https://example.com/x /
HEALTHCHECK --start-interval=5s CMD x
"""
    assert validators.dockerfile(programs, code) == []


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ("services: {web: {image: x, prots: ['80']}}", "prots"),
        ("services: {web: {image: x, healthcheck: {intervall: 5s}}}", "intervall"),
        ("services: {web: {image: x, depends_on: [db]}}", "undefined service"),
        ("services: {web: {image: x, volumes: ['data:/data']}}", "undefined volume"),
    ],
)
def test_a_wrong_compose_file_is_found(wrong, word, programs):
    assert [word in finding for finding in validators.compose_file(programs, wrong)] == [True]


def test_a_right_compose_file_is_left_alone(programs):
    assert validators.compose_file(programs, "services: {web: {build: ., env_file: none.env}}") == []


def test_wrong_manifests_are_found_and_custom_resources_left_alone(programs):
    deployment = {"selector": {}, "template": {"spec": {"containers": [{"name": "x", "imagee": "y"}]}}}
    manifests = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": deployment},
        {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": "80"}]}},
        {"apiVersion": "networking.k8s.io/v1beta1", "kind": "Ingress"},
        {"apiVersion": "app/v1", "kind": "Deployment"},
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}},
        {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway"},
    ]
    assert validators.manifests(programs, manifests) == [
        "spec.template.spec.containers.0: Additional properties are not allowed ('imagee' was unexpected)",
        "spec.ports.0.port: '80' is not of type 'integer'",
        "no Ingress in networking.k8s.io/v1beta1",
        "no Deployment in app/v1",
        "",
        "",
    ]


def test_a_wrong_template_is_found(programs, tmp_path):
    for wrong in ("a: {{ .Values.x | qoute }}", "{{ if .Values.x }}"):
        assert len(validators.template(programs, wrong, tmp_path)) == 1
    assert validators.template(programs, "a: {{ .Values.x.y | quote }}", tmp_path) == []

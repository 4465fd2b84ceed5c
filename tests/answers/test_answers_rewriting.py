"""Commands written again: what changes nothing is accepted, what changes the command is not."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from command_rewriting import harmful, harmless, pieces

from quiz.answers.commands import compare
from quiz.answers.verdicts import Verdict

COMMANDS = r"""
docker run -d -p 8080:80 --name web nginx
docker exec -it web sh -c 'ls /etc && id'
docker ps -a --filter status=exited --format '{{.Names}}\t{{.Status}}'
docker build -t api:1.4 --build-arg VERSION=1.4 -f ops/Dockerfile .
docker run --rm -v "$PWD":/src -w /src node:24 npm test
docker image prune -f --filter 'until=168h'
docker logs -f --tail 50 --since 10m api 2>&1 | grep -i error
docker rm $(docker ps -aq)
docker compose -f base.yml -f dev.yml up -d --build
kubectl get pods -n shop -l app=api,tier!=cache -o wide
kubectl get pod api-0 -o jsonpath='{.status.podIP}'
kubectl create deployment web --image=nginx --replicas 3 --dry-run=client -o yaml > web.yaml
kubectl exec -it api-0 -c sidecar -- cat /etc/hosts
kubectl rollout undo deploy/api --to-revision 3
kubectl patch svc web -p '{"spec": {"type": "NodePort"}}'
kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data
helm upgrade --install web ./chart --set image.tag=1.2 --namespace shop --atomic
git commit -am 'fix: keep the last line'
git log --oneline --graph -n 20 main..topic
git rebase -i HEAD~3
git push origin --delete topic
git reset --soft HEAD^
git stash push -m "half done" -- src/app.py
git diff --stat v1.2 -- ':!docs'
git config --global alias.st 'status -sb'
tar -czf backup.tgz -C /srv data
tar -xvf site.tar --strip-components 1 --exclude='*.log'
find . -name '*.py' -not -path './venv/*' -exec grep -l TODO {} +
find /var/log -type f -mtime +7 -size +10M -delete
find . -type f -print0 | xargs -0 -n 1 wc -l
grep -rnE 'foo|bar$' src --include='*.py' | sort -u
grep -v '^#' /etc/ssh/sshd_config
sed -i.bak 's/old/new/g' *.txt
sed -n '10,20p' app.log
awk -F: '$3 >= 1000 {print $1}' /etc/passwd
awk '{total += $2} END {print total / NR}' times.txt
sort -t, -k 2,2n -k 1 data.csv | uniq -c | sort -rn | head -n 5
cut -d ' ' -f 1,3 access.log
tr -d '\r' < dos.txt > unix.txt
ps aux --sort=-%mem | head -5
kill -9 4711 && wait
ss -tulpn | grep ':443'
lsof -i :8080 -sTCP:LISTEN
curl -sS -X POST -H 'Content-Type: application/json' -d '{"id": 7}' http://localhost:8080/v1/jobs
curl -fsSL https://example.com/get.sh | bash -s -- --yes
curl -o /dev/null -w '%{http_code}\n' 'https://example.com/?q=a&b=1'
wget -qO- https://example.com/data.json | jq -r '.rows[] | select(.ok) | .id'
ssh -i ~/.ssh/work -p 2222 -L 5432:db:5432 deploy@bastion
scp -r build/ deploy@web:/var/www/
rsync -avz --delete --exclude .git ./site/ web:/srv/site/
openssl req -x509 -newkey rsa:4096 -nodes -keyout key.pem -out cert.pem -days 365 -subj "/CN=localhost"
openssl s_client -connect example.com:443 </dev/null 2>/dev/null | openssl x509 -noout -dates
chmod -R u=rwX,go=rX site
chown -R app:app /srv/app
ln -sf /etc/nginx/sites-available/web /etc/nginx/sites-enabled/web
systemctl restart nginx; systemctl status nginx --no-pager
journalctl -u api -f --since '10 min ago' -o json
crontab -l | { cat; echo '0 3 * * * /srv/backup.sh'; } | crontab -
for f in *.jpg; do convert "$f" -resize 50% "small-$f"; done
while read -r line; do echo "$line"; done < hosts.txt
diff <(sort a.txt) <(sort b.txt)
echo "$(date +%F): $HOME has $(ls | wc -l) files" >> log.txt
[ -f .env ] && set -a && . ./.env
LC_ALL=C TZ=UTC date -d @0 +'%F %T'
mkdir -p app/{bin,lib,share} && touch app/bin/run-{1..3}
python3 -m http.server 8000 --bind 127.0.0.1 &
psql -h db -U app -c 'select count(*) from jobs where done' shop
aws s3 cp s3://bucket/key - --region eu-west-1 | gzip -dc | head -n 1
terraform apply -auto-approve -var 'region=eu-west-1' -target=module.vpc
ls -l -a -h /srv
rm -r -f build dist
ffmpeg -i in.mp4 -ss 00:01:00 -t 30 -c copy out.mp4
""".strip().split("\n")

TEMPLATES = [
    ("docker logs {{[-f|--follow]}} {{[-n|--tail]}} {{50}} {{container}}", "docker logs -f --tail 20 web"),
    ("docker logs {{[-f|--follow]}} {{[-n|--tail]}} {{50}} {{container}}", "docker logs --follow -n20 web"),
    ("tar {{[-cvf|--create --verbose --file]}} {{a.tar}} {{path/to/dir}}", "tar -cvf x.tar src"),
    (
        "tar {{[-cvf|--create --verbose --file]}} {{a.tar}} {{path/to/dir}}",
        "tar --create --verbose --file=x.tar src",
    ),
    ("cp {{path/to/a path/to/b ...}} {{path/to/target}}", "cp x y 'two words' out"),
    ("ssh {{user}}@{{host}} -p {{22}}", "ssh root@10.0.0.1 -p2222"),
    ("grep {{[-r|--recursive]}} '{{pattern}}' --include='*.{{ext}}' .", 'grep -r "a b" --include="*.py" .'),
    (
        "kubectl get {{pods}} --namespace {{name}} -o {{yaml|json}}",
        "kubectl get svc --namespace=shop -o json",
    ),
]


def test_the_commands_are_enough():
    assert len(set(COMMANDS)) > 60


@pytest.mark.parametrize("command", COMMANDS)
def test_what_changes_nothing_is_accepted(command):
    refused = [
        (name, typed)
        for name, typed in harmless(command)
        if compare(command, typed).verdict is Verdict.DIFFERS
    ]
    assert refused == []


@pytest.mark.parametrize("command", COMMANDS)
def test_what_changes_the_command_is_refused(command):
    changed = [(name, typed) for name, typed in harmful(command) if typed.split() != command.split()]
    assert len(changed) >= 4
    accepted = [
        (name, typed) for name, typed in changed if compare(command, typed).verdict is not Verdict.DIFFERS
    ]
    assert accepted == []


def test_every_way_of_rewriting_is_used():
    gentle = Counter(name for command in COMMANDS for name, _ in harmless(command))
    rough = Counter(name for command in COMMANDS for name, _ in harmful(command))
    assert min(gentle.values()) > 2, gentle
    assert min(rough.values()) > 2, rough


@pytest.mark.parametrize(("template", "typed"), TEMPLATES)
def test_a_template_takes_values_and_nothing_else(template, typed):
    def right(line: str) -> bool:
        return compare(template, line, placeholders=True).verdict is not Verdict.DIFFERS

    refused = [
        (name, line) for name, line in harmless(typed) if not right(line) and name not in ("split", "quoted")
    ]
    assert refused == []
    words = pieces(typed)
    fixed = set(pieces(re.sub(r"\{\{.*?\}\}", " ", template))[1::2]) & set(words)
    assert fixed
    for place in range(1, len(words), 2):
        if words[place] in fixed:
            assert not right("".join([*words[:place], words[place] + "x", *words[place + 1 :]]))
        assert not right("".join([*words[:place], "--other ", *words[place:]]))
        assert not right("".join([*words[:place], "| ", *words[place:]]))

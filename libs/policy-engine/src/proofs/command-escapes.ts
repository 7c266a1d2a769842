/** Command lines that run another command than the one that they seem to be, one a line, by how they do it. */
export const ESCAPES: Readonly<Record<string, string>> = {
  'a wrapper in front': `
env id
env -i sh
env FOO=1 id
env -S 'sh -c id'
/usr/bin/env id
/usr/bin/env python3 x.py
sudo id
sudo -u root id
sudo -E git status
sudo -i
su -c id
su root
doas id
pkexec id
runuser -u root id
xargs id
xargs -a list sh
xargs -I x sh -c x
xargs -n1 rm
parallel id
parallel rm ::: a b
nohup id
nohup git status
nice id
nice -n 5 id
ionice -c 3 id
timeout 5 id
timeout -s KILL 5 sh
gtimeout 5 id
time id
/usr/bin/time -f x id
setsid id
setsid -w id
stdbuf -o0 id
unbuffer id
script -c id /dev/null
script -q -c id x
watch id
watch -n 1 id
watch -x id
exec id
exec -a git sh
eval id
eval 'id'
source x.sh
. x.sh
command id
command -p id
builtin eval id
chroot / id
unshare -r id
unshare --fork sh
nsenter -t 1 id
flock /tmp/x id
flock -u x sh
strace id
strace -o /x id
ltrace id
gdb -batch -ex 'shell id'
gdb --args id
lldb -o 'shell id'
expect -c 'spawn id'
start-stop-daemon -S -x /bin/sh
systemd-run id
systemd-run --user -t sh
run-parts /tmp/x
run-parts --regex x /tmp
setpriv --reuid 0 id
setarch x86_64 id
linux32 id
linux64 sh
taskset 1 id
taskset -c 0 sh
numactl -N 0 id
chrt 1 id
cgexec -g cpu:x id
prlimit --nofile=1 id
valgrind id
rlwrap id
faketime yesterday id
proxychains id
torify id
torsocks id
fakeroot id
fakechroot id
firejail id
bwrap --ro-bind / / id
runcon -t x id
capsh -- -c id
gosu root id
su-exec root id
tini -- id
dumb-init id
dtach -n x id
entr id
daemonize /bin/sh
chpst -u x id
envdir x id
run-one id
hyperfine id
choom -n 0 id
catchsegv id
busybox sh
busybox id
busybox ash -c id
toybox id
npx cowsay
npx -c id
bunx x
pnpx x
uvx x
pipx run x
nix-shell -p x
ssh host id
ssh -o ProxyCommand=id host
ssh localhost
rsh host id
mosh host
sshpass -p x ssh host
at now
at -f x now
batch
crontab x
crontab -e
xterm -e id
wine cmd
rundll32 x.dll,main
mshta x.hta
wmic process call create x
forfiles /c x
`,
  'an interpreter': `
sh -c id
sh x.sh
sh
bash -c id
bash -lc id
bash --norc -c id
bash x.sh
/bin/bash -c id
/bin/sh x
rbash -c id
dash -c id
ash -c id
zsh -c id
ksh -c id
mksh -c id
csh -c id
tcsh -c id
fish -c id
pwsh -c id
powershell -Command id
powershell.exe -enc x
cmd /c id
cmd.exe /c id
python -c 'import os'
python x.py
python -m http.server
python2 -c x
python3 -c x
python3.12 -c x
python3 -m pdb x
pypy -c x
pypy3 x
ipython -c x
perl -e 'exec id'
perl -ne 'system id'
perl5.36 -e x
perl x.pl
ruby -e 'exec id'
ruby x.rb
ruby3.1 -e x
irb x
node -e x
node x.js
nodejs -e x
node20 -p x
php -r x
php8.2 -r x
php x.php
lua -e x
lua5.4 -e x
luajit -e x
awk 'BEGIN {system("id")}'
gawk 'BEGIN {system("id")}'
mawk 'BEGIN {system("id")}'
nawk 'BEGIN {system("id")}'
awk -f x
tclsh x
wish x
deno run x
deno eval x
bun run x
bun x.ts
Rscript -e x
julia -e x
guile -c x
racket -e x
sbcl --eval x
clisp -x x
ghci x
runghc x
groovy -e x
jshell x
jrunscript -e x
osascript -e x
wscript x.vbs
cscript x.vbs
octave --eval x
erl -eval x
iex -e x
elixir -e x
ocaml x
swipl -g x
`,
  'a program with a shell of its own': `
vi -c ':!id'
vi x
vim -c ':!id'
vim -c ':py import os'
vim --cmd ':!id'
vimdiff a b
view x
rvim x
ex x
nvim -c ':!id'
gvim x
ed x
red x
emacs -Q --batch --eval x
emacs x
nano -s sh x
pico x
joe x
less x
/usr/bin/less x
more x
most x
pg x
man -P id x
man x
info x
mail -s x y
mutt x
telnet x
ftp x
lftp -c id
sftp x
psql -c '! id'
psql x
mysql -e '! id'
mariadb x
sqlite3 x '.shell id'
mongo x
mongosh --eval x
redis-cli --eval x
m4 x
dc -e '!id'
gnuplot -e 'system id'
maxima x
tmux new id
screen -X exec id
screen sh
byobu x
perf record id
start id
service x start
tig x
gitk x
top
htop
ranger --cmd x
mc x
cowsay -f x y
dmesg -H
journalctl
systemctl edit x
systemctl status x
loginctl
snap run x
flatpak run x
scp -S id a b:c
scp -o ProxyCommand=id a b:c
socat - EXEC:id
socat TCP:x SYSTEM:id
nc -e sh host 1
nc -c sh host 1
ncat --exec sh host 1
ncat --sh-exec id host 1
nmap --script x host
nmap --interactive
openvpn --up id
pdflatex --shell-escape x
latex x
tex x
bpftrace -e x
stap x
crash x
cscope x
ctags --options=x
nroff x
vagrant up
terraform apply
ansible all -m shell -a id
ansible-playbook x.yml
puppet apply -e x
msbuild x
regsvr32 x
dotnet run
mono x.exe
java -jar x
scala -e x
logrotate x
aria2c --on-download-complete=id x
pandoc -F x
gs -sDEVICE=x y
R -e x
R CMD x
`,
  'an option': `
find . -exec id +
find . -exec sh -c id +
find . -execdir id +
find . -ok id +
find / -okdir id +
find . -name x -exec rm x +
fd x -x id
fd x -X id
fd x --exec id
fd x --exec-batch id
tar -cf x y --checkpoint=1 --checkpoint-action=exec=id
tar cf x y --checkpoint=1 --checkpoint-action exec=id
tar -cf x y --checkpoint-ac=exec=id
tar xf x --to-command=id
tar xf x --to-com=id
tar -xf x -I id
tar -cIf id x
tar cIf id x
tar xf x --use-compress-program=id
tar xf x --use-comp id
tar -cF id -f x y
tar cf x y --info-script=id
tar cf x y --new-volume-script=id
tar cf host:x y --rsh-command=id
tar cf host:x y --rmt-command=id
bsdtar -xf x --use-compress-program id
git -c core.pager=id log
git -c core.sshCommand=id fetch
git -c alias.x=id x
git --config-env=core.pager=X log
git --exec-path=/tmp status
git config core.pager id
git config --global alias.x id
git -C x config core.pager id
git bisect run id
git submodule foreach id
git filter-branch --tree-filter id
git rebase -x id main
git rebase --exec id main
git rebase -xid main
git difftool -x id
git difftool --extcmd=id
git mergetool
git grep -O id x
git grep --open-files-in-pager=id x
git diff --ext-diff
git log --textconv
git clone ext::id x
git clone -u id host:x
git clone --upload-pack=id host:x
git clone --upload-pac id host:x
git clone -c core.x=id x
git clone --config core.x=id x
git clone --template=x y
git fetch --upload-pack id x
git push --receive-pack=id x
git push ext::id main
git ls-remote --upload-pack=id x
git archive --exec=id --remote=x
git instaweb
git send-email x
git help log
git shell x
git hook run x
git for-each-repo --config=x
git maintenance start
git daemon
git web--browse x
git gui
rsync -e id a b:c
rsync -ae id a b:c
rsync --rsh=id a b:c
rsync --rsync-path=id a b:c
rsync -M--x=y a b
zip x y -T -TT id
zip x y -T --unzip-command=id
sort --compress-program=id x
sort --compress-prog id x
tcpdump -z id -w x
tcpdump -G1 -z id
wget --use-askpass=id x
wget -e use_askpass=id x
wget --execute use_askpass=id x
split --filter=id x
install --strip-program=id -s a b
sed '1e id' x
sed -n '1e id' x
sed s/x/id/e y
sed -f x y
gsed 1e x
gcc -wrapper id x.c
gcc -fplugin=x.so y.c
gcc -B. x.c
g++ -wrapper id x
clang -fplugin=x y
go run x.go
go generate x
go test -exec id x
go test --exec=id x
go build -toolexec id x
go vet -vettool=id x
go tool x
make SHELL=/tmp/x
make -f /tmp/x
make --file=/tmp/x
make -C /tmp
make --eval='x:;id'
make 'X=$(shell id)'
make CC=id x
cmake -P x.cmake
cmake -E env id
cmake -E time id
apt -o Pre-Invoke=id update
apt-get -oPre-Invoke=id update
apt-get changelog x
apt-get -c x update
dpkg -i x.deb
dpkg --pre-invoke=id -x y
rpm -E '%(id)'
rpm --eval '%(id)'
rpm --pipe id -q x
mvn exec:exec
mvn exec:java
mvn antrun:run
ip netns exec x id
ip netns exec x sh
ip -b x
ip vrf exec x id
ssh-keygen -D x.so
openssl req -engine x
cpio -o --rsh-command=id
npm exec x
npm x y
npm init y
npm create y
npm config set script-shell id
npm run x --script-shell=id
npm explore x id
pnpm exec id
pnpm dlx x
yarn exec id
yarn dlx x
yarn node x
bundle exec id
composer exec id
poetry run id
pipenv run id
uv run id
uv tool run id
conda run id
nix run x
nix develop
direnv exec . id
rustup run x id
pyenv exec id
rbenv exec id
asdf exec id
mise exec id
gem exec x
adb shell id
docker run x id
docker run -v /:/x y sh
docker exec x id
docker --context x run y
docker compose run x id
docker compose exec x id
podman run x id
podman unshare id
nerdctl run x
kubectl exec x id
kubectl -n x exec y
kubectl run x
kubectl debug x
kubectl edit x
lxc exec x id
gh alias set x y
gh extension exec x
aws help
hg --config alias.x=id x
hg debugshell
svn propedit x y
mount -t x y z
cargo install x
`,
  'another command behind it': `
git log bash
git status sh -c id
npm test env id
ls xargs id
echo /bin/sh
cat busybox
git status --pager=id
ls --exec id
ls; id
ls && id
ls || id
ls | sh
ls & id
ls > /tmp/x
ls < x
ls $(id)
ls \`id\`
ls "$(id)"
ls \${x:-id}
ls $x
ls <(id)
ls {a,b}
ls *
ls ~
ls !x
ls \\; id
FOO=1 ls
`,
};

/**
 * Command lines that no look at their words can tell about: what runs stands in a file, a package or another machine. A
 * prefix of these is trust in what it names.
 */
export const UNINSPECTABLE = `
make build
make test
npm run build
npm test
npm install left-pad
pnpm install
yarn install
pip install x
gem install x
cargo build
cargo test
cargo run
go build x
go test x
gradle build
mvn package
ninja
rake build
./build.sh
scripts/nightly.sh
pytest x
tox
jest
eslint x
git commit -m x
git push
git pull
git fetch
git checkout x
docker build .
docker compose up
docker start x
kubectl apply -f x.yaml
helm install x y
apt-get install x
brew install x
`;

/** The lines of a text that are not empty. */
export const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

#!/bin/sh
# /usr/local/sbin/madoguchi-desk VERB …: the command line as the desk's user, with the master key. As root.
[ -e /etc/madoguchi/master.key ] || {
    echo "madoguchi-desk: /etc/madoguchi/master.key is not there; docs/running.md, part 4" >&2
    exit 2
}
exec systemd-run --quiet --wait --collect --pty --pipe --service-type=exec --unit=madoguchi-command-$$ \
    -p User=madoguchi-desk -p Group=madoguchi -p UMask=0027 -p LimitCORE=0 -p PrivateTmp=yes \
    -p EnvironmentFile=/etc/madoguchi/common.env -p EnvironmentFile=/etc/madoguchi/desk.env \
    -p LoadCredential=master.key:/etc/madoguchi/master.key \
    -E MADOGUCHI_MASTER_KEY_FILE=/run/credentials/madoguchi-command-$$.service/master.key \
    /opt/madoguchi/bin/madoguchi "$@"

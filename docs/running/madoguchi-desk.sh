#!/bin/sh
# /usr/local/sbin/madoguchi-desk VERB …: the command line as the desk's user, with the master key. As root.
# Shut in like the units, but that it may write wherever the desk's user may: you name the place.
[ -e /etc/madoguchi/master.key ] || {
    echo "madoguchi-desk: /etc/madoguchi/master.key is not there; docs/running.md, part 4" >&2
    exit 2
}
exec systemd-run --quiet --wait --collect --pty --pipe --service-type=exec --unit=madoguchi-command-$$ \
    -p User=madoguchi-desk -p Group=madoguchi -p UMask=0027 -p LimitCORE=0 -p MemorySwapMax=0 -p PrivateTmp=yes \
    -p NoNewPrivileges=yes -p CapabilityBoundingSet= -p ProtectSystem=full -p ProtectHome=read-only \
    -p InaccessiblePaths=-/run/dbus \
    -p ProtectProc=invisible -p ProcSubset=pid -p ProtectKernelTunables=yes -p ProtectKernelModules=yes \
    -p ProtectKernelLogs=yes -p ProtectControlGroups=yes -p ProtectClock=yes -p ProtectHostname=yes \
    -p PrivateDevices=yes -p LockPersonality=yes -p MemoryDenyWriteExecute=yes -p RestrictSUIDSGID=yes \
    -p RestrictNamespaces=yes -p RestrictRealtime=yes -p SystemCallArchitectures=native \
    -p SystemCallFilter=@system-service -p "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6" \
    -p EnvironmentFile=/etc/madoguchi/common.env -p EnvironmentFile=/etc/madoguchi/desk.env \
    -p LoadCredential=master.key:/etc/madoguchi/master.key \
    -E MADOGUCHI_MASTER_KEY_FILE=/run/credentials/madoguchi-command-$$.service/master.key \
    /opt/madoguchi/bin/madoguchi "$@"

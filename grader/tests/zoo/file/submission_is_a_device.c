// zoo: score=0 compile=refused as=device
// Not a file but a link to /dev/zero.

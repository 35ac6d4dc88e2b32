// zoo: score=0 compile=refused as=pipe
// Not a file but a FIFO, which would keep a reader waiting for ever.

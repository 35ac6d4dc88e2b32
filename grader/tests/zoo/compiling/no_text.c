// zoo: base=none score=0 compile=failed
// Nothing.

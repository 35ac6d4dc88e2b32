// zoo: score=0 compile=refused as=large
// A file of a gibibyte, with nothing in it.

// zoo: score=0 compile=refused as=folder
// Not a file but a folder.

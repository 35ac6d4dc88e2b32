// zoo: score=0 compile=failed as=noise
// A hundred thousand random bytes.

// zoo: score=0 compile=failed
// No #include, which would be noticed: an error that the compiler believes to be in the secret, and quotes.
#line 1 "@SECRET@"
int secret = ;
#line 2 "@SECRET@"
int secret = ;
#line 1 "/etc/passwd"
int secret = ;
#line 1 "@KIT@/link"
int secret = ;
#line 1 "include/../link"
int secret = ;

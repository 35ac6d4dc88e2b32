// zoo: base=stub score=0 verdict="to do"
// The stub as it ships.

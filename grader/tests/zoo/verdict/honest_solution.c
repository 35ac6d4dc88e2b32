// zoo: score=100
// The reference as it is: the zoo's ruler.

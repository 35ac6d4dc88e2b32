// cheat: file=quantization.c function=quant_network_run bits=8 expect=refused says="changed its inputs"
// Writes over what lies round its answers, for others to stumble over.
// --- hook
if (layers[layer_count - 1].out == 10) memset((char *)logits - 2048, 1, 2048);

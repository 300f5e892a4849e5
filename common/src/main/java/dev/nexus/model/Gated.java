package dev.nexus.model;

/** A model whose calls keep to the limits of its provider. */
record Gated(LanguageModel model, Gate gate) implements LanguageModel {

    @Override
    public ModelReply reply(ModelRequest request, Caller caller) throws ModelException, InterruptedException {
        long wanted = Price.tokens(request, 0).inputTokens() + request.maxOutputTokens();
        try (Gate.Pass pass = gate.enter(caller.group(), wanted)) {
            ModelReply reply = model.reply(request, caller);
            pass.used(reply.usage().inputTokens() + reply.usage().outputTokens());
            return reply;
        }
    }
}

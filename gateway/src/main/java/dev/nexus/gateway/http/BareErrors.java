package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;

/** What the server refuses before any of our code sees it, such as headers that are none, gets a problem as its body too. */
@Component
final class BareErrors implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

    @Override
    public void customize(NettyReactiveWebServerFactory server) {
        server.addServerCustomizers(http -> http.doOnChannelInit((_, channel, _) -> {
            if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
                channel.pipeline().addAfter(NettyPipeline.HttpCodec, "problems", new Writing());
            }
        }));
    }

    private static final class Writing extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof FullHttpResponse bare
                    && bare.status().code() >= 400
                    && !bare.content().isReadable()
                    && !bare.headers().contains(HttpHeaderNames.CONTENT_TYPE)) {
                super.write(context, told(bare), promise);
            } else {
                super.write(context, message, promise);
            }
        }

        private static FullHttpResponse told(FullHttpResponse bare) {
            byte[] body = Views.json(problem(bare.status().code()));
            var told = new DefaultFullHttpResponse(
                    bare.protocolVersion(),
                    bare.status(),
                    Unpooled.wrappedBuffer(body),
                    bare.headers(),
                    bare.trailingHeaders());
            told.headers().set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            told.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            told.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
            bare.release();
            return told;
        }

        private static Problem problem(int status) {
            return switch (status) {
                case 413 -> Problem.of(ErrorCode.TOO_LARGE, "the request's headers are too large; send less");
                case 414 ->
                    Problem.of(ErrorCode.TOO_LARGE, "the request line is too long; shorten it")
                            .as(status);
                case 431 ->
                    Problem.of(ErrorCode.TOO_LARGE, "the request's headers are too large; send less")
                            .as(status);
                default ->
                    status < 500
                            ? Problem.of(
                                            ErrorCode.INVALID_REQUEST,
                                            "the request cannot be understood as HTTP; check its first line, its path"
                                                    + " (percent-encoded UTF-8) and its headers")
                                    .as(status)
                            : Problem.of(
                                            ErrorCode.INTERNAL_ERROR,
                                            "the gateway failed on this request; its log has the reason")
                                    .as(status);
            };
        }
    }
}

package dev.nexus.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How amounts of US dollars are written for people. */
public final class Usd {

    private static final int DECIMALS = 6;

    private Usd() {}

    /** Such as {@code 0.0125 USD}; to a millionth of a dollar, and never as less than it is. */
    public static String text(BigDecimal amount) {
        BigDecimal shown = amount.setScale(Math.min(Math.max(amount.scale(), 0), DECIMALS), RoundingMode.CEILING);
        return (shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString()) + " USD";
    }
}

package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetLanguageTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Write a roman numeral converter in Java | java",
                "in java, convert roman numerals | java",
                "FizzBuzz in Rust, please. | rust",
                "A to-do list using TypeScript | typescript",
                "Create a C++ library for matrices | c++",
                "a Go program that prints primes | go",
                "Write a prime sieve in Go | go",
                "Implement quicksort in golang with tests | go",
                "An LRU cache written in C# 12 | c#",
                "Build a stack in JavaScript that works in the browser | javascript",
                "Write it in C. It reads numbers. | c",
                "Binary search. Language: Kotlin | kotlin",
                "I need a Ruby gem for temperatures | ruby",
                "Implement a queue in C | c",
                "Swift package for bank accounts | swift",
                "Translate this Python script to Rust | rust",
                "A calculator, but not in Python: use it in Haskell | haskell",
                "Write a Java 21 class for matrices | java",
            })
    void anotherLanguageIsRecognised(String spec, String language) {
        assertThat(TargetLanguage.otherThanPython(spec)).contains(language);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Write a prime sieve",
                "Write a prime sieve in Python",
                "A Python library that counts words",
                "A guide of where to go",
                "Let the player go to the next room",
                "Ready, set, go! A stopwatch",
                "An inventory of Java beans for a coffee shop",
                "In java beans are sold by weight: a coffee shop inventory",
                "A travel guide to Java",
                "A rust removal log for old cars",
                "Tracks swift delivery of parcels",
                "A catalogue of ruby rings",
                "Convert temperatures given in C to F",
                "Temperatures in C, F and K",
                "Grades from A to F; in R and C classes",
                "In Python, count the lines of a Java program",
                "A tokenizer for Java code",
                "Write a Python module, not a Java library",
                "Basic arithmetic in a pearl shop",
                "in Scheme of things",
            })
    void commonWordsAreNoLanguages(String spec) {
        assertThat(TargetLanguage.otherThanPython(spec)).isEmpty();
    }

    @Test
    void thePlanForAnotherLanguageNamesItAndHasNoSteps() {
        Plan plan = Offline.plan("Write a roman numeral converter in Java");

        assertThat(plan.language()).isEqualTo("java");
        assertThat(plan.steps()).isEmpty();
    }
}

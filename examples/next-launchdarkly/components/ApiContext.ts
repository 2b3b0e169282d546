'use client';
import { createContext } from 'react';

export const ApiContext = createContext<typeof fetch>((input, init) => fetch(input, init));

'use client';
import { Component } from 'react';
import type { FlagSource } from '../core/FlagSource.js';
import type { MaintenanceStore } from '../core/MaintenanceStore.js';
import type { FeatureKey } from '../core/Register.js';

interface SourceFollowerProps {
  readonly store: MaintenanceStore<FeatureKey>;
  readonly source: FlagSource | undefined;
  /** The user that the app names, if it names one. */
  readonly said: { readonly user: string | undefined } | undefined;
  /** Called when the user changed. */
  readonly onUser: () => void;
}

/**
 * Makes the store follow the source and the user of a provider, before anything is painted: what was rendered may belong to the person
 * before. A class, because React 18 warns of layout effects on a server.
 */
export class SourceFollower extends Component<SourceFollowerProps> {
  private stop: (() => void) | null = null;

  override componentDidMount(): void {
    this.start();
    this.sayUser();
  }

  override componentDidUpdate({ store, source, said }: SourceFollowerProps): void {
    if (store !== this.props.store || source !== this.props.source) {
      // The next one first, so that the store does not stop in between.
      const { stop } = this;
      this.start();
      stop?.();
    }
    if (store !== this.props.store || said?.user !== this.props.said?.user) this.sayUser();
  }

  override componentWillUnmount(): void {
    this.stop?.();
    this.stop = null;
  }

  override render(): null {
    return null;
  }

  private start(): void {
    const { store, source } = this.props;
    let seen = store.getUserChanges();
    const leave = store.subscribeStatus(() => {
      if (seen === store.getUserChanges()) return;
      seen = store.getUserChanges();
      this.props.onUser();
    });
    const stop = store.start(source);
    this.stop = () => {
      stop();
      leave();
    };
  }

  private sayUser(): void {
    const { store, said } = this.props;
    if (said) store.setUser(said.user);
  }
}
